/**
 * Makes the table of time zones from Go's own, whose answers are those of OPA:
 * node core/scripts/zones.ts "$(go env GOROOT)/lib/time" > core/src/evaluator/builtins/time/zone-table.ts
 */
import { readFileSync } from 'node:fs'

type Kind = { readonly offset: number; readonly isDst: boolean; readonly name: string }
type Change = { readonly at: number; readonly kind: number }
type Zone = {
  readonly kinds: readonly Kind[]
  readonly changes: readonly Change[]
  readonly rule: string
}

const [, , folder = ''] = process.argv
const [, edition] = /^DATA=(\w+)$/m.exec(readFileSync(`${folder}/update.bash`, 'utf8')) ?? []
const namesByFile = new Map<string, string[]>()
for (const [name, file] of filesOf(readFileSync(`${folder}/zoneinfo.zip`))) {
  const names = namesByFile.get(file.toString('latin1')) ?? []
  namesByFile.set(file.toString('latin1'), names)
  if (!name.endsWith('/')) names.push(name)
}
const lines = [...namesByFile]
  .filter(([file]) => file !== '')
  .map(([file, names]) => `${names.join(' ')}|${format(readZone(Buffer.from(file, 'latin1')))}`)
process.stdout.write(
  `/** The time zone database, edition ${edition}, as Go has it; made by core/scripts/zones.ts, read by zones.ts. */
export const zoneTable = \`\n${lines.toSorted().join('\n')}\n\`\n`,
)

/** The files of an archive without compression. */
function* filesOf(archive: Buffer): Generator<readonly [string, Buffer]> {
  for (let at = 0; archive.readUInt32LE(at) === 0x04034b50;) {
    const size = archive.readUInt32LE(at + 18)
    const start = at + 30 + archive.readUInt16LE(at + 26) + archive.readUInt16LE(at + 28)
    const name = archive.toString('utf8', at + 30, at + 30 + archive.readUInt16LE(at + 26))
    at = start + size
    yield [name, archive.subarray(start, at)]
  }
}

/** RFC 8536: the second part, which has 64 bits. */
function readZone(file: Buffer): Zone {
  const begin = 44 + sizeOf(countsAt(file, 20), 4)
  const counts = countsAt(file, begin + 20)
  const { times, kinds, letters } = counts
  const first = begin + 44
  const kindsAt = first + times * 9
  const lettersAt = kindsAt + kinds * 6
  const nameAt = (at: number): string =>
    file.toString('latin1', lettersAt + at, file.indexOf(0, lettersAt + at))
  return {
    changes: Array.from({ length: times }, (_, at) => ({
      at: Number(file.readBigInt64BE(first + at * 8)),
      kind: file.readUInt8(first + times * 8 + at),
    })),
    kinds: Array.from({ length: kinds }, (_, at) => ({
      offset: file.readInt32BE(kindsAt + at * 6),
      isDst: file.readUInt8(kindsAt + at * 6 + 4) !== 0,
      name: nameAt(file.readUInt8(kindsAt + at * 6 + 5)),
    })),
    rule: file
      .toString(
        'latin1',
        lettersAt + letters + sizeOf({ ...counts, times: 0, kinds: 0, letters: 0 }, 8),
      )
      .trim(),
  }
}

type Counts = ReturnType<typeof countsAt>

function countsAt(file: Buffer, at: number) {
  const [utc = 0, standard = 0, leaps = 0, times = 0, kinds = 0, letters = 0] = [
    0, 4, 8, 12, 16, 20,
  ].map((step) => file.readUInt32BE(at + step))
  return { utc, standard, leaps, times, kinds, letters }
}

function sizeOf({ utc, standard, leaps, times, kinds, letters }: Counts, width: number): number {
  return times * (width + 1) + kinds * 6 + letters + leaps * (width + 4) + standard + utc
}

/** Kinds, the one before all changes, changes (quarters of an hour since the last one, seconds), and the rule after. */
function format({ kinds, changes, rule }: Zone): string {
  const names = kinds.map(({ name, offset }) => `${name}:${offset}`)
  let last = 0
  const steps = changes.map(({ at, kind }) => {
    const quarters = Math.floor(at / 900)
    const step = (quarters - last).toString(36)
    const rest = at - quarters * 900
    last = quarters
    return `${letterOf(kind)}${step}${rest ? `.${rest.toString(36)}` : ''}`
  })
  return `${names.join(' ')}|${letterOf(firstKind(kinds, changes))}|${steps.join('')}|${rule}`
}

function letterOf(kind: number): string {
  return String.fromCodePoint(65 + kind)
}

/** As \`lookupFirstZone\` of Go. */
function firstKind(kinds: readonly Kind[], changes: readonly Change[]): number {
  if (!changes.some(({ kind }) => kind === 0)) return 0
  const first = changes[0]?.kind ?? 0
  if (kinds[first]?.isDst) {
    const before = kinds.slice(0, first).findLastIndex(({ isDst }) => !isDst)
    if (before >= 0) return before
  }
  return Math.max(
    kinds.findIndex(({ isDst }) => !isDst),
    0,
  )
}
