import type { RegoValue } from '../../value.ts'
import { BuiltinError, stringOperand, stringsOperand } from '../operand.ts'
import { countCharacters } from './characters.ts'

export function contains(operands: readonly RegoValue[]): boolean {
  return stringOperand(operands[0]).includes(stringOperand(operands[1]))
}

export function startsWith(operands: readonly RegoValue[]): boolean {
  return stringOperand(operands[0]).startsWith(stringOperand(operands[1]))
}

export function endsWith(operands: readonly RegoValue[]): boolean {
  return stringOperand(operands[0]).endsWith(stringOperand(operands[1]))
}

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
  return wanted === '' ? countCharacters(source) + 1 : source.split(wanted).length - 1
}

/** The place, in characters, where the second string begins in the first; -1 when it does not occur. */
export function indexOf(operands: readonly RegoValue[]): number {
  const source = stringOperand(operands[0])
  const at = source.indexOf(searchOperand(operands[1]))
  return at === -1 ? -1 : countCharacters(source, at)
}

/** The places, in characters, where the second string begins in the first; they may overlap. */
export function indexOfAll(operands: readonly RegoValue[]): readonly number[] {
  const source = stringOperand(operands[0])
  const wanted = searchOperand(operands[1])
  const places: number[] = []
  let [characters, before] = [0, 0]
  for (let at = source.indexOf(wanted); at !== -1; at = source.indexOf(wanted, at + 1)) {
    characters += countCharacters(source.slice(before, at))
    places.push(characters)
    before = at
  }
  return places
}

function searchOperand(value: RegoValue | undefined): string {
  const wanted = stringOperand(value)
  if (wanted === '') throw new BuiltinError('empty search character')
  return wanted
}

function anyMatch(
  texts: readonly string[],
  affixes: readonly string[],
  match: (text: string, affix: string) => boolean,
): boolean {
  return texts.some((text) => affixes.some((affix) => match(text, affix)))
}
