import { numberOf, type JsonNumber } from '../../../json/number.ts'

/** What a plain scalar means to go-yaml 3. Infinity and NaN are floats without a value. */
export type Resolved =
  | { readonly kind: 'null' | 'text' | 'time' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'integer'; readonly value: JsonNumber }
  | { readonly kind: 'float'; readonly value: number }

const words: Readonly<Record<string, Resolved>> = {
  '': { kind: 'null' },
  ...spell(['~', 'null', 'Null', 'NULL'], { kind: 'null' }),
  ...spell(['true', 'True', 'TRUE'], { kind: 'boolean', value: true }),
  ...spell(['false', 'False', 'FALSE'], { kind: 'boolean', value: false }),
  ...spell(['.nan', '.NaN', '.NAN'], { kind: 'float', value: Number.NaN }),
  ...spell(['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'], { kind: 'float', value: Infinity }),
  ...spell(['-.inf', '-.Inf', '-.INF'], { kind: 'float', value: -Infinity }),
}

export function resolvePlain(text: string): Resolved {
  if (Object.hasOwn(words, text)) return words[text] ?? { kind: 'text' }
  if (text.startsWith('.')) return floatFrom(text) ?? { kind: 'text' }
  if (!/^[-+\d]/.test(text)) return { kind: 'text' }
  if (isTime(text)) return { kind: 'time' }
  const digits = text.replaceAll('_', '')
  if (/^-?0[bo][-+]/.test(digits)) throw new RangeError(`yaml: ${text} is not read here`)
  return integerFrom(digits) ?? floatFrom(digits) ?? { kind: 'text' }
}

function spell(
  spellings: readonly string[],
  meaning: Resolved,
): Readonly<Record<string, Resolved>> {
  return Object.fromEntries(spellings.map((spelling) => [spelling, meaning]))
}

const [leastInteger, mostInteger, mostUnsigned] = [-(2n ** 63n), 2n ** 63n - 1n, 2n ** 64n - 1n]

/** Go's `ParseInt` and then `ParseUint` with base 0; `017` is octal. */
function integerFrom(text: string): Resolved | undefined {
  const [, sign, size] = /^([-+]?)(0x[\da-f]+|0b[01]+|0o?[0-7]+|0|[1-9]\d*)$/i.exec(text) ?? []
  if (size === undefined) return undefined
  const unsigned = BigInt(/^0[0-7]/.test(size) ? `0o${size}` : size)
  const value = sign === '-' ? -unsigned : unsigned
  const most = sign === '' ? mostUnsigned : mostInteger
  return value < leastInteger || value > most
    ? undefined
    : { kind: 'integer', value: numberOf(value) }
}

/** Not beyond what a double holds. */
function floatFrom(text: string): Resolved | undefined {
  if (!/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?$/i.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? { kind: 'float', value } : undefined
}

const time =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt](\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?(?:Z|[-+](\d\d):(\d\d)))| +(\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?)?$/

function isTime(text: string): boolean {
  const [all, year, month, day, ...clock] = time.exec(text) ?? []
  if (all === undefined) return false
  const date = new Date(Date.UTC(2000, Number(month) - 1, Number(day)))
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  const [hour = 0, minute = 0, second = 0, zoneHour = 0, zoneMinute = 0, ...plain] = clock.map(
    (part) => Number(part ?? 0),
  )
  const isClock = hour < 24 && minute < 60 && second < 60 && zoneHour <= 24 && zoneMinute <= 60
  const isPlainClock = (plain[0] ?? 0) < 24 && (plain[1] ?? 0) < 60 && (plain[2] ?? 0) < 60
  return (
    isClock &&
    isPlainClock &&
    date.getUTCMonth() === Number(month) - 1 &&
    date.getUTCDate() === Number(day)
  )
}
