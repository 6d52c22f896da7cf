import { BuiltinError } from '../operand.ts'
import { offsetOf, parseRule, type Offset, type Rule } from './rule.ts'
import { zoneTable } from './zone-table.ts'

type Zone = {
  /** Before the first change. */
  readonly first: Offset
  readonly changes: readonly { readonly seconds: number; readonly offset: Offset }[]
  readonly rule: Rule
}

const utc: Offset = { seconds: 0, name: 'UTC' }
/** The local zone is UTC, as it is where OPA runs in a container. */
const utcNames: readonly string[] = ['', 'UTC', 'Local']
/** Files of some systems, other than the database has them, and other spellings of its names. */
const hostNames = /^(?:posix\/|right\/|localtime$|posixrules$)|\/\/|(?:^|\/)\.(?:\/|$)/

/**
 * The year up to which systems answer differently: some keep what these names were before they became links, and
 * Baja California was corrected of late.
 */
const disputed: Readonly<Record<string, number>> = {
  'America/Ensenada': 1976,
  'America/Santa_Isabel': 1976,
  'America/Tijuana': 1976,
  CET: 1947,
  CST6CDT: 1967,
  EET: 1981,
  EST: 1909,
  EST5EDT: 1967,
  HST: 1948,
  MET: Number.POSITIVE_INFINITY,
  MST: 1968,
  MST7MDT: 1967,
  'Mexico/BajaNorte': 1976,
  PST8PDT: 1967,
  WET: 1997,
}

const zones = new Map<string, Zone>()
let lines: ReadonlyMap<string, string> | undefined

/** What the clocks of a zone show, `seconds` after 1970. Throws `BuiltinError` for a zone that is not in the database. */
export function zoneOffset(name: string, seconds: number): Offset {
  if (utcNames.includes(name)) return utc
  if (hostNames.test(name) || isDisputed(name, seconds))
    throw new RangeError(`the time zone ${name} differs from system to system`)
  return offsetAt(zoneOf(name), seconds)
}

/** Whether Go finds a zone of that name, which it spells in one way only. */
export function isZoneName(name: string): boolean {
  lines ??= indexLines()
  return utcNames.includes(name) || lines.has(name)
}

function offsetAt({ first, changes, rule }: Zone, seconds: number): Offset {
  let [low, high] = [0, changes.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (seconds < (changes[middle]?.seconds ?? 0)) high = middle
    else low = middle + 1
  }
  if (low === changes.length) return offsetOf(rule, seconds)
  return changes[low - 1]?.offset ?? first
}

function isDisputed(name: string, seconds: number): boolean {
  const year = Object.hasOwn(disputed, name) ? disputed[name] : undefined
  return year !== undefined && new Date(seconds * 1000).getUTCFullYear() < year
}

function zoneOf(name: string): Zone {
  const known = zones.get(name)
  if (known) return known
  if (hostNames.test(name))
    throw new RangeError(`the time zone ${name} differs from system to system`)
  lines ??= indexLines()
  const line = lines.get(name)
  if (line === undefined) throw new BuiltinError(`unknown time zone ${name}`)
  const zone = readZone(line)
  zones.set(name, zone)
  return zone
}

function indexLines(): ReadonlyMap<string, string> {
  return new Map(
    zoneTable
      .trim()
      .split('\n')
      .flatMap((line) => (line.split('|', 1)[0] ?? '').split(' ').map((name) => [name, line])),
  )
}

/** See core/scripts/zones.ts, which writes them. */
function readZone(line: string): Zone {
  const [, kinds = '', first = '', changes = '', rule = ''] = line.split('|')
  const offsets = kinds.split(' ').map((kind) => readKind(kind))
  const offsetOfKind = (letter: string): Offset => offsets[letter.charCodeAt(0) - 65] ?? utc
  let quarters = 0
  return {
    first: offsetOfKind(first),
    changes: [...changes.matchAll(/([A-Z])([-\da-z]+)(?:\.([\da-z]+))?/g)].map(
      ([, kind = '', step = '', rest = '0']) => {
        quarters += Number.parseInt(step, 36)
        return { seconds: quarters * 900 + Number.parseInt(rest, 36), offset: offsetOfKind(kind) }
      },
    ),
    rule: parseRule(rule),
  }
}

function readKind(kind: string): Offset {
  const [name = '', seconds] = kind.split(':')
  return { seconds: Number(seconds), name }
}
