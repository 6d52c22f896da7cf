/** What a zone's clocks show: seconds to add to UTC, and its name then: `CET`. */
export type Offset = { readonly seconds: number; readonly name: string }

/** Of a year, from its start in UTC; months count from 1, days from Sunday, and the fifth week is the last one. */
type Turn = {
  readonly month: number
  readonly week: number
  readonly weekday: number
  readonly seconds: number
}

/** What is valid after all changes of a zone: always one offset, or two in turn. */
export type Rule = {
  readonly standard: Offset
  readonly summer?: { readonly offset: Offset; readonly begin: Turn; readonly end: Turn }
}

const clock = String.raw`[-+]?\d+(?::\d+){0,2}`
const name = '<[^>]+>|[A-Za-z]+'
const rule = new RegExp(`^(${name})(${clock})(?:(${name})(${clock})?,([^,]+),([^,]+))?$`)

/** Reads `CET-1CEST,M3.5.0,M10.5.0/3`, as POSIX has it. */
export function parseRule(text: string): Rule {
  const [, standardName = '', west = '0', summerName, summerWest, begin = '', end = ''] =
    rule.exec(text) ?? []
  const standard = { seconds: -secondsOf(west), name: plain(standardName) }
  if (summerName === undefined) return { standard }
  const seconds = summerWest === undefined ? standard.seconds + 3600 : -secondsOf(summerWest)
  const offset = { seconds, name: plain(summerName) }
  return { standard, summer: { offset, begin: parseTurn(begin), end: parseTurn(end) } }
}

function plain(text: string): string {
  return text.replaceAll(/[<>]/g, '')
}

function secondsOf(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/^[-+]/, '').split(':').map(Number)
  return (text.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds)
}

function parseTurn(text: string): Turn {
  const [, month, week, weekday, at = '2'] = /^M(\d+)\.(\d)\.(\d)(?:\/(.+))?$/.exec(text) ?? []
  return {
    month: Number(month),
    week: Number(week),
    weekday: Number(weekday),
    seconds: secondsOf(at),
  }
}

/** `seconds` since 1970. */
export function offsetOf({ standard, summer }: Rule, seconds: number): Offset {
  if (!summer) return standard
  const year = new Date(seconds * 1000).getUTCFullYear()
  const begin = turnOf(year, summer.begin) - standard.seconds
  const end = turnOf(year, summer.end) - summer.offset.seconds
  const isBetween = (first: number, last: number): boolean => first <= seconds && seconds < last
  const isSummer = begin <= end ? isBetween(begin, end) : !isBetween(end, begin)
  return isSummer ? summer.offset : standard
}

const secondsPerDay = 86_400

function turnOf(year: number, { month, week, weekday, seconds }: Turn): number {
  const first = new Date(Date.UTC(year, month - 1))
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate()
  let day = (weekday - first.getUTCDay() + 7) % 7
  for (let at = 1; at < week && day + 7 < days; at++) day += 7
  return first.getTime() / 1000 + day * secondsPerDay + seconds
}
