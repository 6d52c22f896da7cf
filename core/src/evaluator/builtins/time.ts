import { numberOf, type JsonNumber } from '../../json/number.ts'
import type { RegoValue } from '../value.ts'
import type { BuiltinContext } from './builtin.ts'
import { BuiltinError, stringOperand } from './operand.ts'

const nsPerMs = 1_000_000n
const nsPerSecond = 1_000_000_000n
const msPerMinute = 60_000
const [earliest, latest] = [-(2n ** 63n), 2n ** 63n - 1n]

/** Nanoseconds since 1970, the same for the whole decision; the clock has milliseconds. */
export function nowNs(_: readonly RegoValue[], context: BuiltinContext): JsonNumber {
  return (context.nowNs ??= numberOf(BigInt(Date.now()) * nsPerMs))
}

const rfc3339 = /^(\d{4}-\d\d-\d\d)T(\d{1,2}):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([-+])(\d\d):(\d\d))$/

/** Nanoseconds since 1970 of an RFC 3339 time, as lenient as Go: hours of one digit, a comma. */
export function parseRfc3339Ns([text]: readonly RegoValue[]): JsonNumber {
  const [
    ,
    date,
    hour,
    minute,
    second,
    fraction = '',
    sign,
    offsetHours = '0',
    offsetMinutes = '0',
  ] = rfc3339.exec(stringOperand(text)) ?? []
  const day = date === undefined ? Number.NaN : dayOf(date)
  const isTime = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60
  const isOffset = Number(offsetHours) <= 24 && Number(offsetMinutes) <= 60
  if (Number.isNaN(day) || !isTime || !isOffset) throw new BuiltinError('not a time of RFC 3339')
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * (sign === '-' ? -1 : 1)
  const seconds =
    (day + (Number(hour) * 60 + Number(minute) - offset) * msPerMinute) / 1000 + Number(second)
  const ns = BigInt(seconds) * nsPerSecond + BigInt(fraction.slice(0, 9).padEnd(9, '0'))
  if (ns < earliest || ns > latest) throw new BuiltinError('time outside of valid range')
  return numberOf(ns)
}

/** Milliseconds at which a day begins; `NaN` for a day the calendar does not have. */
function dayOf(date: string): number {
  const day = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(day) && new Date(day).toISOString().startsWith(date) ? day : Number.NaN
}
