import type { RegoValue } from '../../value.ts'
import { BuiltinError, int64Operand, stringOperand, stringsOperand } from '../operand.ts'

export function anyPrefixMatch([search, base]: readonly RegoValue[]): boolean {
  return anyMatch(stringsOperand(search), stringsOperand(base), (text, affix) =>
    text.startsWith(affix),
  )
}

export function anySuffixMatch([search, base]: readonly RegoValue[]): boolean {
  return anyMatch(stringsOperand(search), stringsOperand(base), (text, affix) =>
    text.endsWith(affix),
  )
}

/** Occurrences that do not overlap; of the empty string one before each character and one at the end. */
export function countOccurrences([text, search]: readonly RegoValue[]): number {
  const [source, wanted] = [stringOperand(text), stringOperand(search)]
  return wanted === '' ? Array.from(source).length + 1 : source.split(wanted).length - 1
}

/** The places, in characters, where the second string begins in the first; they may overlap. */
export function indexOfAll([text, search]: readonly RegoValue[]): readonly number[] {
  const [characters, wanted] = [Array.from(stringOperand(text)), Array.from(stringOperand(search))]
  if (wanted.length === 0) throw new BuiltinError('empty search character')
  return [...characters.keys()].filter((start) =>
    wanted.every((character, at) => characters[start + at] === character),
  )
}

/** The first parts of a text, or with a negative count the last ones; without a separator its characters. */
export function splitN([text, separator, count]: readonly RegoValue[]): readonly string[] {
  const [source, wanted] = [stringOperand(text), stringOperand(separator)]
  const limit = Number(int64Operand(count))
  const parts = wanted === '' ? Array.from(source) : source.split(wanted)
  return limit < 0 ? parts.slice(limit) : parts.slice(0, limit)
}

function anyMatch(
  texts: readonly string[],
  affixes: readonly string[],
  match: (text: string, affix: string) => boolean,
): boolean {
  return texts.some((text) => affixes.some((affix) => match(text, affix)))
}
