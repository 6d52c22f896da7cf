import { numberOf, type JsonNumber } from '../../json/number.ts'
import { isArrayValue, type RegoValue } from '../value.ts'
import { BuiltinError, int64Operand, integerOperand, stringOperand } from './operand.ts'
import { offsetAt } from './zone.ts'

const nsPerSecond = 1_000_000_000n
const [earliest, latest] = [-(2n ** 63n), 2n ** 63n - 1n]

/** A moment as its zone shows it: `local` is a date whose UTC fields are the local ones, `ns` the rest of its second. */
type Moment = {
  readonly at: bigint
  readonly zone: string
  readonly local: Date
  readonly ns: bigint
}

/** Year, month, and day. */
export function timeDate([value]: readonly RegoValue[]): readonly number[] {
  return dateOf(momentOperand(value).local)
}

/** Hour, minute, and second. */
export function timeClock([value]: readonly RegoValue[]): readonly number[] {
  return clockOf(momentOperand(value).local)
}

const weekdays = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ')

export function timeWeekday([value]: readonly RegoValue[]): string {
  return weekdays[momentOperand(value).local.getUTCDay()] ?? ''
}

/** Beyond, Go's 64 bits may wrap around to a year that is in range again. */
const mostUnits = 1_000_000_000

/** What is beyond the end of a month goes on into the next. */
export function timeAddDate([value, ...amounts]: readonly RegoValue[]): JsonNumber {
  const { zone, local, ns } = momentOperand(value)
  const [years = 0, months = 0, days = 0] = amounts.map((amount) => Number(int64Operand(amount)))
  if ([years, months, days].some((amount) => Math.abs(amount) > mostUnits))
    throw new RangeError('time.add_date: too many years, months, or days')
  const [year = 0, month = 0, day = 0] = dateOf(local)
  const sum = new Date(local).setUTCFullYear(year + years, month - 1 + months, day + days)
  const result = Number.isNaN(sum)
    ? latest + 1n
    : BigInt(toUtc(sum, zone) / 1000) * nsPerSecond + ns
  if (result < earliest || result > latest) throw new BuiltinError('time outside of valid range')
  return numberOf(result)
}

/** Go takes the offset of the local time read as UTC, and looks once more from there. */
function toUtc(localMs: number, zone: string): number {
  const guess = offsetAt(zone, localMs)
  return guess === 0 ? localMs : localMs - offsetAt(zone, localMs - guess)
}

/** Of each field in the one before it; days in a month differ. */
const fieldSizes = [0, 12, 0, 24, 60, 60]

/** Years, months, days, hours, minutes, and seconds between two moments, in the zone of the first. */
export function timeDiff([left, right]: readonly RegoValue[]): readonly number[] {
  const [first, second] = [momentOperand(left), momentOperand(right)]
  const other = createMoment(second.at, first.zone)
  const [from, to] = first.at > other.at ? [other.local, first.local] : [first.local, other.local]
  const [begin, end] = [from, to].map((date) => [...dateOf(date), ...clockOf(date)])
  const fields = (end ?? []).map((field, at) => field - (begin?.[at] ?? 0))
  for (let at = fields.length - 1; at > 0; at--) {
    if ((fields[at] ?? 0) >= 0) continue
    fields[at] = (fields[at] ?? 0) + (at === 2 ? daysInMonth(from) : (fieldSizes[at] ?? 0))
    fields[at - 1] = (fields[at - 1] ?? 0) - 1
  }
  return fields
}

function daysInMonth(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
}

function dateOf(local: Date): readonly number[] {
  return [local.getUTCFullYear(), local.getUTCMonth() + 1, local.getUTCDate()]
}

function clockOf(local: Date): readonly number[] {
  return [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()]
}

/** Nanoseconds since 1970, alone or in a list with a zone; a third item, a layout, is of no use here. */
function momentOperand(value: RegoValue | undefined): Moment {
  if (!isArrayValue(value)) return createMoment(nsOperand(value), '')
  const [ns, zone = '', layout = ''] = value
  stringOperand(layout)
  return createMoment(nsOperand(ns), stringOperand(zone))
}

function nsOperand(value: RegoValue | undefined): bigint {
  const ns = integerOperand(value)
  if (ns < earliest || ns > latest) throw new BuiltinError('timestamp too big')
  return ns
}

function createMoment(at: bigint, zone: string): Moment {
  const ns = ((at % nsPerSecond) + nsPerSecond) % nsPerSecond
  const utcMs = Number((at - ns) / nsPerSecond) * 1000
  return { at, zone, local: new Date(utcMs + offsetAt(zone, utcMs)), ns }
}
