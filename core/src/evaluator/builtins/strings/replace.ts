import { entriesOf, type RegoValue } from '../../value.ts'
import { objectOperand, stringOperand } from '../operand.ts'

type Replacement = readonly [old: string, text: string]

export function replace(operands: readonly RegoValue[]): string {
  const text = stringOperand(operands[0])
  const old = stringOperand(operands[1])
  const by = stringOperand(operands[2])
  return old === '' ? replaceEach(text, [[old, by]]) : text.split(old).join(by)
}

/** Of the keys that occur at one place the first in order counts, the empty one at every place. */
export function replaceN([patterns, text]: readonly RegoValue[]): string {
  const replacements = entriesOf(objectOperand(patterns)).map(([key, value]): Replacement => [
    stringOperand(key),
    stringOperand(value),
  ])
  return replaceEach(stringOperand(text), replacements)
}

/** Go's `strings.Replacer`. It puts what replaces nothing between the bytes of a character, which no text here can hold. */
function replaceEach(text: string, replacements: readonly Replacement[]): string {
  const parts = replacements.some(([old, by]) => old === '' && by !== '')
  let [replaced, kept, wasEmpty] = ['', 0, false]
  for (let at = 0; at <= text.length;) {
    const found = findAt(replacements, { text, at, skipsEmpty: wasEmpty })
    wasEmpty = found?.[0] === ''
    if (found) {
      replaced += text.slice(kept, at) + found[1]
      at += found[0].length
      kept = at
    } else if (parts && text.charCodeAt(at) > 0x7f) {
      throw new RangeError('replace: bytes of a character cannot be parted here')
    } else at++
  }
  return replaced + text.slice(kept)
}

function findAt(
  replacements: readonly Replacement[],
  { text, at, skipsEmpty }: { text: string; at: number; skipsEmpty: boolean },
): Replacement | undefined {
  for (const replacement of replacements) {
    const [old] = replacement
    if (old === '' ? !skipsEmpty : text.startsWith(old, at)) return replacement
  }
  return undefined
}
