import { numberOf, type JsonNumber } from '../../../json/number.ts'
import { formatValue } from '../../value-format.ts'
import type { RegoValue } from '../../value.ts'
import type { BuiltinContext } from '../builtin.ts'
import { int64Operand, stringOperand } from '../operand.ts'

/** A random integer from 0 up to the number, without it; the same for the same operands throughout a decision. */
export function randomInteger(
  [name, count]: readonly RegoValue[],
  context: BuiltinContext,
): JsonNumber {
  const limit = int64Operand(count)
  const size = limit < 0n ? -limit : limit
  const key = `${size} ${stringOperand(name)}`
  return size === 0n ? 0 : recall(context, key, () => numberOf(randomBits() % size))
}

/** A random UUID (version 4), the same for the same operand throughout a decision. */
export function randomUuid([name = null]: readonly RegoValue[], context: BuiltinContext): string {
  return recall(context, `uuid ${formatValue(name)}`, () => crypto.randomUUID())
}

/** 128 bits, so that what is left of them by 64 is as good as even. */
function randomBits(): bigint {
  const [high = 0n, low = 0n] = crypto.getRandomValues(new BigUint64Array(2))
  return (high << 64n) | low
}

function recall<Value extends JsonNumber | string>(
  context: BuiltinContext,
  key: string,
  create: () => Value,
): Value {
  const random = (context.random ??= new Map())
  const value = (random.get(key) as Value | undefined) ?? create()
  random.set(key, value)
  return value
}
