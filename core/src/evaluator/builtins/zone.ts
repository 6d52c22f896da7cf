import { BuiltinError } from './operand.ts'

const utcNames: readonly string[] = ['', 'UTC']
/** Where names of the time zone database and those that a browser knows are the same. */
const areas =
  /^(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Etc|Europe|Indian|Mexico|Pacific|US)\//
const formats = new Map<string, Intl.DateTimeFormat>()

/** Milliseconds to add to UTC for the local time of a zone then. Refuses zones outside of an area with an error. */
export function offsetAt(zone: string, utcMs: number): number {
  if (utcNames.includes(zone)) return 0
  const second = Math.floor(utcMs / 1000) * 1000
  const parts = new Map(
    formatOf(zone)
      .formatToParts(second)
      .map(({ type, value }) => [type, value]),
  )
  const [year, month, day] = [parts.get('year'), parts.get('month'), parts.get('day')].map(Number)
  const clock = [parts.get('hour'), parts.get('minute'), parts.get('second')].map(Number)
  const [hour, minute, seconds] = clock
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, seconds) - second
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const format = formats.get(zone) ?? createFormat(zone)
  formats.set(zone, format)
  return format
}

function createFormat(zone: string): Intl.DateTimeFormat {
  if (!areas.test(zone)) throw new RangeError('only UTC and zones of an area are known here')
  try {
    const format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    const known = format.resolvedOptions().timeZone
    if (known !== zone && known.toLowerCase() === zone.toLowerCase()) throw new RangeError(known)
    return format
  } catch {
    throw new BuiltinError(`unknown time zone ${zone}`)
  }
}
