import type { JsonNumber } from '../../../json/number.ts'
import type { RegoValue } from '../../value.ts'
import type { Builtin } from '../builtin.ts'
import { int64Operand } from '../operand.ts'
import { formatTime } from './format.ts'
import { instantOf } from './instant.ts'
import { weekdays } from './layout.ts'
import { createMoment, momentOperand } from './moment.ts'
import { zoneOffset } from './zones.ts'

/** Year, month, and day. */
function date([value]: readonly RegoValue[]): readonly number[] {
  return dateOf(momentOperand(value).local)
}

/** Hour, minute, and second. */
function clock([value]: readonly RegoValue[]): readonly number[] {
  return clockOf(momentOperand(value).local)
}

function weekday([value]: readonly RegoValue[]): string {
  return weekdays[momentOperand(value).local.getUTCDay()] ?? ''
}

function format([value]: readonly RegoValue[]): string {
  const { layout, ...moment } = momentOperand(value)
  return formatTime(moment, layout || 'RFC3339Nano')
}

/** Beyond, Go's 64 bits may wrap around to a year that is in range again. */
const mostUnits = 100_000_000_000

/** What is beyond the end of a month goes on into the next. */
function addDate([value, ...amounts]: readonly RegoValue[]): JsonNumber {
  const { zone, local, ns } = momentOperand(value)
  const [years = 0, months = 0, days = 0] = amounts.map((amount) => Number(int64Operand(amount)))
  if ([years, months, days].some((amount) => Math.abs(amount) > mostUnits))
    throw new RangeError('time.add_date: too many years, months, or days')
  const [year = 0, month = 0, day = 0] = dateOf(local)
  const sum = new Date(local).setUTCFullYear(year + years, month - 1 + months, day + days)
  return instantOf(Number.isNaN(sum) ? sum : toUtc(sum, zone), ns)
}

/** Go takes the offset of the local time read as UTC, and looks once more from there. */
function toUtc(localMs: number, zone: string): number {
  const guess = zoneOffset(zone, localMs / 1000).seconds
  return guess === 0 ? localMs : localMs - zoneOffset(zone, localMs / 1000 - guess).seconds * 1000
}

/** Of each field in the one before it; days in a month differ. */
const fieldSizes = [0, 12, 0, 24, 60, 60]

/** Years, months, days, hours, minutes, and seconds between two moments, in the zone of the first. */
function diff([left, right]: readonly RegoValue[]): readonly number[] {
  const [first, second] = [momentOperand(left), momentOperand(right)]
  const other = createMoment(second.at, first.zone)
  const [from, to] = first.at > other.at ? [other.local, first.local] : [first.local, other.local]
  const [begin, end] = [from, to].map((moment) => [...dateOf(moment), ...clockOf(moment)])
  const fields = (end ?? []).map((field, at) => field - (begin?.[at] ?? 0))
  for (let at = fields.length - 1; at > 0; at--) {
    if ((fields[at] ?? 0) >= 0) continue
    fields[at] = (fields[at] ?? 0) + (at === 2 ? daysInMonth(from) : (fieldSizes[at] ?? 0))
    fields[at - 1] = (fields[at - 1] ?? 0) - 1
  }
  return fields
}

function daysInMonth(moment: Date): number {
  return new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth() + 1, 0)).getUTCDate()
}

function dateOf(local: Date): readonly number[] {
  return [local.getUTCFullYear(), local.getUTCMonth() + 1, local.getUTCDate()]
}

function clockOf(local: Date): readonly number[] {
  return [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()]
}

export const builtins: Readonly<Record<string, Builtin>> = {
  'time.add_date': addDate,
  'time.clock': clock,
  'time.date': date,
  'time.diff': diff,
  'time.format': format,
  'time.weekday': weekday,
}
