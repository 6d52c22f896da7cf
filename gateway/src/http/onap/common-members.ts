import { isZoneName } from '@vedette/core/evaluator/builtins/time/zones'
import * as v from 'valibot'

/*
 * Members that every request of an ONAP component may carry. But for the policy's name they have no influence on the
 * answer, yet a wrong one is refused, with the texts of the Go PDP.
 */

const time = /^\d{2}:\d{2}:\d{2}\.\d{3}Z$/
const offset = /^[-+]?(0\d|1\d|2[0-3]):[0-5]\d$/
const zone = /^(?:[A-Za-z]+(?:\/[A-Za-z_]+)?|UTC([+-]\d{1,2}:?\d{2})?|[A-Za-z]{3,4})$/

const text = v.nullish(v.string())
/** To Go's decoder a date is a type, not a text to check. */
const dateThat = (isRight: (value: string) => boolean, message: string) =>
  v.nullish(v.custom<string>((value) => typeof value === 'string' && isRight(value), message))
const textThat = (isRight: (value: string) => boolean, message: string) =>
  v.nullish(v.pipe(v.string(), v.check(isRight, message)))

/** In the order the Go PDP lists what is wrong. */
export const commonMembers = {
  onapName: text,
  onapComponent: text,
  onapInstance: text,
  currentDate: dateThat(isDate, 'currentDate must be a day such as 2024-11-22'),
  currentDateTime: dateThat(
    isDateTime,
    'currentDateTime must be a time such as 2024-11-22T12:08:00Z',
  ),
  currentTime: textThat((value) => time.test(value), 'CurrentTime is invalid'),
  timeOffset: textThat((value) => offset.test(value), 'TimeOffset is invalid'),
  timeZone: textThat(isZone, 'TimeZone is invalid'),
  /** To Go, `null` is a member that is not there. */
  policyName: v.pipe(
    v.nullish(v.string(), ''),
    v.check((value) => value.trim() !== '', 'PolicyName is required and cannot be empty'),
  ),
} as const

/** `YYYY-MM-DD`, a day that the calendar has. */
function isDate(value: string): boolean {
  const [, year, month, day] = /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.exec(value) ?? []
  // The day before the first of the next month is the last of this one.
  return Number(day) <= new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()
}

const dateTime =
  /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/

/** RFC 3339, as Go's time.RFC3339 reads it: without leap seconds, and midnight is 00:00. */
function isDateTime(value: string): boolean {
  return isDate(dateTime.exec(value)?.[1] ?? '')
}

function isZone(value: string): boolean {
  return zone.test(value) && isZoneName(value)
}
