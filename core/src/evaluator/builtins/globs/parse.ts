import { compareStrings } from '../../value.ts'
import { BuiltinError } from '../operand.ts'
import { alternatives, character, literal, star, type Choice, type Part } from './match.ts'

type Reader = {
  readonly characters: readonly string[]
  readonly separators: string
  at: number
  depth: number
  choices: Choice
}

/**
 * The pattern language of gobwas/glob 1.0: `*` and `?` stop at separators, `**` does not; `[a-z]`, `[!abc]`, `{a,b}`,
 * and `\` in front of a character that means itself. Throws `BuiltinError`.
 */
export function parseGlob(pattern: string, separators: string): readonly Part[] {
  return readParts({ characters: Array.from(pattern), separators, at: 0, depth: 0, choices: 0 })
}

/** Up to the end, in braces up to `,` or `}`. */
function readParts(reader: Reader): readonly Part[] {
  const parts: Part[] = []
  for (;;) {
    const next = reader.characters[reader.at]
    if (next === undefined || (reader.depth > 0 && /[,}]/.test(next))) return parts
    parts.push(readPart(reader, next))
  }
}

function readPart(reader: Reader, first: string): Part {
  if (!'{[?*'.includes(first))
    return literal(readText(reader, reader.depth > 0 ? '?*[{},' : '?*[{'))
  reader.at++
  if (first === '{') return readAlternatives(reader)
  if (first === '[') return readClass(reader)
  if (first === '?') return character((found) => !reader.separators.includes(found))
  const isSuper = accept(reader, '*')
  return star(isSuper ? '' : reader.separators, reader.choices++)
}

function readAlternatives(reader: Reader): Part {
  const choice = reader.choices++
  const branches: (readonly Part[])[] = []
  reader.depth++
  do branches.push(readParts(reader))
  while (accept(reader, ','))
  reader.depth--
  expect(reader, '}')
  return alternatives(branches, choice)
}

/** A range or a set of characters. */
function readClass(reader: Reader): Part {
  const isNegated = accept(reader, '!')
  const accepts = reader.characters[reader.at + 1] === '-' ? readRange(reader) : readSet(reader)
  expect(reader, ']')
  return character((found) => accepts(found) !== isNegated)
}

function readRange(reader: Reader): (found: string) => boolean {
  const [low, , high] = reader.characters.slice(reader.at, reader.at + 3)
  if (low === undefined || high === undefined || compareStrings(low, high) > 0)
    throw new BuiltinError('glob: invalid range')
  reader.at += 3
  return (found) => compareStrings(low, found) <= 0 && compareStrings(found, high) <= 0
}

function readSet(reader: Reader): (found: string) => boolean {
  const members = readText(reader, ']')
  if (members === '') throw new BuiltinError('glob: could not parse range')
  return (found) => members.includes(found)
}

/** Up to one of these marks, or the end. */
function readText(reader: Reader, marks: string): string {
  let text = ''
  for (; ; reader.at++) {
    const next = reader.characters[reader.at]
    if (next === undefined || marks.includes(next)) return text
    text += next === '\\' ? escaped(reader) : next
  }
}

function escaped(reader: Reader): string {
  const next = reader.characters[++reader.at]
  if (next === undefined) throw new BuiltinError('glob: trailing backslash')
  return next
}

function accept(reader: Reader, wanted: string): boolean {
  if (reader.characters[reader.at] !== wanted) return false
  reader.at++
  return true
}

function expect(reader: Reader, wanted: string): void {
  if (!accept(reader, wanted)) throw new BuiltinError(`glob: missing ${wanted}`)
}
