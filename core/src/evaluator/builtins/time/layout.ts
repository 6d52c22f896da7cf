import { createPatterns } from '../patterns.ts'

/** Text as it is, or an element that stands for a part of a time: `2006`, `Jan`, `.000`. */
export type LayoutPart = {
  readonly text: string
  readonly isElement: boolean
  /** Whether the next element is a fraction of a second. */
  readonly isBeforeFraction: boolean
}

const named: Readonly<Record<string, string>> = {
  ANSIC: 'Mon Jan _2 15:04:05 2006',
  UnixDate: 'Mon Jan _2 15:04:05 MST 2006',
  RubyDate: 'Mon Jan 02 15:04:05 -0700 2006',
  RFC822: '02 Jan 06 15:04 MST',
  RFC822Z: '02 Jan 06 15:04 -0700',
  RFC850: 'Monday, 02-Jan-06 15:04:05 MST',
  RFC1123: 'Mon, 02 Jan 2006 15:04:05 MST',
  RFC1123Z: 'Mon, 02 Jan 2006 15:04:05 -0700',
  RFC3339: '2006-01-02T15:04:05Z07:00',
  RFC3339Nano: '2006-01-02T15:04:05.999999999Z07:00',
}

/** The elements of Go's `time` layouts, those first that begin as another one does. */
const elements =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|0[1-6]|002|15?|2006|2|_2(?!006)|__2|[345]|PM|pm|[-Z]07(?:0000|:00:00|00|:00)?|[.,](?:0+|9+)(?!\d)/g

const layouts = createPatterns<readonly LayoutPart[]>(64)

/** The parts of a layout, which may be one that OPA has a name for: `RFC1123`. */
export function partsOf(layout: string): readonly LayoutPart[] {
  const known = layouts.get(layout)
  if (known) return known
  const parts = splitLayout(Object.hasOwn(named, layout) ? (named[layout] ?? '') : layout)
  layouts.set(layout, parts)
  return parts
}

function splitLayout(layout: string): readonly LayoutPart[] {
  const parts: LayoutPart[] = []
  const found = [...layout.matchAll(elements)]
  let end = 0
  for (const [at, { 0: element, index }] of found.entries()) {
    const isBeforeFraction = /^[.,]/.test(found[at + 1]?.[0] ?? '')
    if (index > end) parts.push(textPart(layout.slice(end, index)))
    parts.push({ text: element, isElement: true, isBeforeFraction })
    end = index + element.length
  }
  return end < layout.length ? [...parts, textPart(layout.slice(end))] : parts
}

function textPart(text: string): LayoutPart {
  return { text, isElement: false, isBeforeFraction: false }
}

export const weekdays: readonly string[] = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
]

export const months: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
