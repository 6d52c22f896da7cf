/** The order go-yaml writes keys in: letters behind everything else, numbers in a text by their value. */
export function sortKeys(keys: readonly string[]): readonly string[] {
  if (keys.some((key) => foreignDigit.test(key))) throw refusal()
  const sorted = keys.toSorted((left, right) => (isBefore(left, right) ? -1 : 1))
  if (!isSettled(sorted)) throw refusal()
  return sorted
}

/** To Go these are digits as well, whose value it gets wrong. */
const foreignDigit = /(?!\d)\p{Nd}/u

function refusal(): RangeError {
  return new RangeError('yaml.marshal: Go has no firm order for these keys')
}

const mostKeys = 500

/** Go's comparison can run in circles; then the order depends on how one sorts. */
function isSettled(keys: readonly string[]): boolean {
  if (keys.every((key) => /^[A-Za-z]*$/.test(key))) return true
  return (
    keys.length <= mostKeys &&
    keys.every((key, at) => keys.every((other, place) => place <= at || isBefore(key, other)))
  )
}

function isBefore(left: string, right: string): boolean {
  const [first, second] = [Array.from(left), Array.from(right)]
  const at = first.findIndex((character, place) => character !== second[place])
  if (at === -1 || at >= second.length) return first.length < second.length
  const isAfterDigit = at > 0 && isDigit(first[at - 1])
  return isCharacterBefore(first, second, { at, isAfterDigit })
}

type Place = { readonly at: number; readonly isAfterDigit: boolean }

function isCharacterBefore(
  first: readonly string[],
  second: readonly string[],
  { at, isAfterDigit }: Place,
): boolean {
  const [left = '', right = ''] = [first[at], second[at]]
  if (isLetter(left) && isLetter(right)) return isLower(left, right)
  if (isLetter(left) || isLetter(right)) return isAfterDigit ? isLetter(left) : isLetter(right)
  const lead = (left === '0' || right === '0') && followsNumber(first, at) ? '1' : '0'
  const [number, other] = [digitsFrom(first, at), digitsFrom(second, at)]
  const [value, otherValue] = [valueOf(lead + number), valueOf(lead + other)]
  if (value !== otherValue) return value < otherValue
  return number.length === other.length ? isLower(left, right) : number.length < other.length
}

/** Whether a digit but 0 is among the digits in front. */
function followsNumber(characters: readonly string[], at: number): boolean {
  return /[1-9]\d*$/.test(characters.slice(0, at).join(''))
}

function digitsFrom(characters: readonly string[], at: number): string {
  const end = characters.findIndex((character, place) => place >= at && !isDigit(character))
  return characters.slice(at, end === -1 ? undefined : end).join('')
}

/** As Go, in 64 bits. */
function valueOf(digits: string): bigint {
  return BigInt.asIntN(64, BigInt(digits))
}

function isLower(left: string, right: string): boolean {
  return (left.codePointAt(0) ?? 0) < (right.codePointAt(0) ?? 0)
}

function isLetter(character: string): boolean {
  return /^\p{L}$/u.test(character)
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && /^\d$/.test(character)
}
