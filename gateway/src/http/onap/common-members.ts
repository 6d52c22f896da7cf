import * as v from 'valibot'

/*
 * Members that every request of an ONAP component may carry. They have no influence on the decision, but a wrong one is
 * refused, with the texts of the Go PDP.
 */

const time = /^\d{2}:\d{2}:\d{2}\.\d{3}Z$/
const offset = /^[-+]?(0\d|1\d|2[0-3]):[0-5]\d$/
const zone = /^(?:[A-Za-z]+(?:\/[A-Za-z_]+)?|UTC([+-]\d{1,2}:?\d{2})?|[A-Za-z]{3,4})$/

const text = v.string()
const optional = <Schema extends v.GenericSchema>(schema: Schema) => v.nullish(schema)

/** In the order the Go PDP lists what is wrong. */
export const commonMembers = {
  onapName: optional(text),
  onapComponent: optional(text),
  onapInstance: optional(text),
  currentDate: optional(v.pipe(text, v.isoDate('CurrentDate is invalid'))),
  currentDateTime: optional(v.pipe(text, v.check(isDateTime, 'CurrentDateTime is invalid'))),
  currentTime: optional(v.pipe(text, v.regex(time, 'CurrentTime is invalid'))),
  timeOffset: optional(v.pipe(text, v.regex(offset, 'TimeOffset is invalid'))),
  timeZone: optional(
    v.pipe(text, v.regex(zone, 'TimeZone is invalid'), v.check(isZone, 'TimeZone is invalid')),
  ),
} as const

/** RFC 3339, as Go's time.RFC3339 reads it. */
function isDateTime(value: string): boolean {
  return (
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  )
}

function isZone(value: string): boolean {
  try {
    return value === 'Local' || new Intl.DateTimeFormat('en', { timeZone: value }) !== undefined
  } catch {
    return false
  }
}
