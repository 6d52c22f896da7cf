import { formatFloat } from './go-float.ts'
import { goQuote, isPrint, isPrintAscii } from './go-quote.ts'

/** What OPA hands to Go's formatter: `int64` and `*big.Int` as bigint, `float64` as number, or a string. */
export type Argument = bigint | number | string

export type Flags = {
  readonly minus: boolean
  readonly plus: boolean
  readonly sharp: boolean
  readonly space: boolean
  readonly zero: boolean
  readonly width: number
  readonly precision: number | undefined
}

/** One value after one directive, as in Go's fmt/format.go. */
export function formatArgument(value: Argument, verb: string, flags: Flags): string {
  if (verb === 'T') return formatString(typeName(value), 's', flags) ?? ''
  if (verb === 'w' && typeof value === 'bigint' && isBig(value))
    throw new RangeError('sprintf does not know %w of a large integer here')
  if (verb === 'v') return formatPlainly(value, flags)
  return formatByType(value, verb, flags) ?? formatMistaken(value, verb, flags)
}

export function typeName(value: Argument): string {
  if (typeof value === 'bigint') return isBig(value) ? '*big.Int' : 'int64'
  return typeof value === 'number' ? 'float64' : 'string'
}

/** `%v`: with it, `#` and `+` ask for Go syntax, which only strings and `*big.Int` mind. */
function formatPlainly(value: Argument, flags: Flags): string {
  const isQuoted = flags.sharp && typeof value === 'string'
  const plus = typeof value === 'bigint' && isBig(value) && flags.plus
  return (
    formatByType(value, isQuoted ? 'q' : plainVerb(value), { ...flags, plus, sharp: false }) ?? ''
  )
}

/** A verb that does not fit. A `*big.Int` words its mistakes itself, without flags. */
function formatMistaken(value: Argument, verb: string, flags: Flags): string {
  if (typeof value === 'bigint' && isBig(value)) return `%!${verb}(big.Int=${value})`
  return `%!${verb}(${typeName(value)}=${formatByType(value, plainVerb(value), flags)})`
}

function plainVerb(value: Argument): string {
  if (typeof value === 'string') return 's'
  return typeof value === 'bigint' ? 'd' : 'g'
}

function formatByType(value: Argument, verb: string, flags: Flags): string | undefined {
  if (typeof value === 'bigint') return formatInteger(value, verb, flags)
  if (typeof value === 'number') return formatReal(value, verb, flags)
  return formatString(value, verb, flags)
}

const bases: Readonly<Record<string, number>> = { b: 2, d: 10, o: 8, O: 8, s: 10, x: 16, X: 16 }

function formatInteger(value: bigint, verb: string, flags: Flags): string | undefined {
  if (verb === 's' && !isBig(value)) return undefined
  const base = bases[verb]
  if (base === undefined) return isBig(value) ? undefined : formatCharacter(value, verb, flags)
  if (value === 0n && flags.precision === 0) return pad('', { ...flags, zero: false })
  const size = (value < 0n ? -value : value).toString(base)
  const sign = signOf(value < 0n, flags)
  const prefix = prefixOf(verb, flags)
  const digits = size.padStart(minimumDigits(sign, prefix, { value, flags }), '0')
  const isOctal = verb === 'o' || (verb === 'O' && !isBig(value))
  const octal = isOctal && flags.sharp && !digits.startsWith('0') ? '0' : ''
  const text = sign + prefix + octal + (verb === 'X' ? digits.toUpperCase() : digits)
  return pad(text, { ...flags, zero: false })
}

/** `*big.Int` fits its prefix into the width, `int64` does not. */
function minimumDigits(
  sign: string,
  prefix: string,
  { value, flags }: { value: bigint; flags: Flags },
): number {
  if (flags.precision !== undefined) return flags.precision
  if (!flags.zero || flags.minus) return 0
  return flags.width - sign.length - (isBig(value) ? prefix.length : 0)
}

function prefixOf(verb: string, { sharp }: Flags): string {
  if (verb === 'O') return '0o'
  return sharp ? ({ b: '0b', x: '0x', X: '0X' }[verb] ?? '') : ''
}

function formatCharacter(value: bigint, verb: string, flags: Flags): string | undefined {
  const isCharacter = value >= 0n && value <= 0x10ffffn && !(value >= 0xd800n && value < 0xe000n)
  const character = isCharacter ? String.fromCodePoint(Number(value)) : '\ufffd'
  if (verb === 'c') return pad(character, flags)
  if (verb === 'q') return pad(goQuote(character, "'", printableBy(flags)), flags)
  if (verb !== 'U') return undefined
  const code = BigInt.asUintN(64, value).toString(16).toUpperCase()
  const shown = flags.sharp && isCharacter && isPrint(character) ? ` '${character}'` : ''
  return pad(`U+${code.padStart(Math.max(4, flags.precision ?? 4), '0')}${shown}`, {
    ...flags,
    zero: false,
  })
}

function formatReal(value: number, verb: string, flags: Flags): string | undefined {
  if (!/^[eEfFgG]$/.test(verb)) {
    if (/^[bxX]$/.test(verb))
      throw new RangeError(`sprintf does not know %${verb} of a fraction here`)
    return undefined
  }
  if (flags.sharp) throw new RangeError('sprintf does not know # of a fraction here')
  const kind = verb.toLowerCase() as 'e' | 'f' | 'g'
  const digits = formatFloat(value, kind, flags.precision ?? (kind === 'g' ? -1 : 6))
  const sign = signOf(value < 0 || Object.is(value, -0), flags)
  const size = verb === 'E' || verb === 'G' ? digits.toUpperCase() : digits
  if (!flags.zero || flags.minus || sign === '') return pad(sign + size, flags)
  return sign + size.padStart(flags.width - sign.length, '0')
}

function formatString(value: string, verb: string, flags: Flags): string | undefined {
  if (verb === 'x' || verb === 'X') return formatHex(value, verb, flags)
  const text =
    flags.precision === undefined ? value : Array.from(value).slice(0, flags.precision).join('')
  if (verb === 's') return pad(text, flags)
  if (verb !== 'q') return undefined
  // oxlint-disable-next-line no-control-regex -- what a raw string of Go cannot hold
  const isRaw = flags.sharp && !/[\u0000-\u0008\u000a-\u001f`\u007f\ufeff]/.test(text)
  return pad(isRaw ? `\`${text}\`` : goQuote(text, '"', printableBy(flags)), flags)
}

function formatHex(value: string, verb: string, flags: Flags): string {
  const bytes = [...new TextEncoder().encode(value)].slice(0, flags.precision)
  const prefix = flags.sharp && bytes.length > 0 ? '0x' : ''
  const digits = bytes.map((byte) => byte.toString(16).padStart(2, '0'))
  const text = prefix + digits.join(flags.space ? ` ${prefix}` : '')
  return pad(verb === 'X' ? text.toUpperCase() : text, flags)
}

function signOf(isNegative: boolean, { plus, space }: Flags): string {
  if (isNegative) return '-'
  if (plus) return '+'
  return space ? ' ' : ''
}

function pad(text: string, { minus, width, zero }: Flags): string {
  const missing = Math.max(0, width - Array.from(text).length)
  if (minus) return text + ' '.repeat(missing)
  return (zero ? '0' : ' ').repeat(missing) + text
}

function printableBy({ plus }: Flags): (character: string) => boolean {
  return plus ? isPrintAscii : isPrint
}

function isBig(value: bigint): boolean {
  return BigInt.asIntN(64, value) !== value
}
