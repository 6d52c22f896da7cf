import type { JsonNumber } from '../../../json/number.ts'
import { isArrayValue, type RegoValue } from '../../value.ts'
import { floatOf } from '../arithmetic/float-literal.ts'
import { isInteger, truncate } from '../arithmetic/float.ts'
import { BuiltinError, numberOperand, stringOperand } from '../operand.ts'
import { isInstant, nsPerSecond } from './instant.ts'
import type { Offset } from './rule.ts'
import { zoneOffset } from './zones.ts'

/** A moment as its zone shows it: `local` is a date whose UTC fields are the local ones, `ns` the rest of its second. */
export type Moment = {
  readonly at: bigint
  readonly zone: string
  readonly offset: Offset
  readonly local: Date
  readonly ns: bigint
}

/** Nanoseconds since 1970, alone or in a list with a zone and a layout, which is empty if it is not there. */
export function momentOperand(value: RegoValue | undefined): Moment & { readonly layout: string } {
  const [ns, zone = '', layout = ''] = isArrayValue(value) ? value : [value]
  const name = stringOperand(zone)
  return { layout: stringOperand(layout), ...createMoment(nsOperand(ns), name) }
}

export function createMoment(at: bigint, zone: string): Moment {
  const ns = ((at % nsPerSecond) + nsPerSecond) % nsPerSecond
  const seconds = Number((at - ns) / nsPerSecond)
  const offset = zoneOffset(zone, seconds)
  return { at, zone, offset, local: new Date((seconds + offset.seconds) * 1000), ns }
}

function nsOperand(value: RegoValue | undefined): bigint {
  const ns = integerOf(numberOperand(value, 1))
  if (ns === undefined || !isInstant(ns)) throw new BuiltinError('timestamp too big')
  return ns
}

/** As it is in OPA's floats, which lose a fraction behind many digits. */
function integerOf(number: JsonNumber): bigint | undefined {
  if (typeof number === 'bigint' || Number.isSafeInteger(number))
    return BigInt(number as bigint | number)
  const float = floatOf(number)
  return isInteger(float) ? truncate(float) : undefined
}
