/** `strconv.FormatFloat(value, verb, precision, 64)` of Go, without the sign; precision -1 is the shortest. */
export function formatFloat(value: number, verb: 'e' | 'f' | 'g', precision: number): string {
  const size = Math.abs(value)
  if (verb === 'f') return formatFixed(size, precision)
  if (verb === 'e') return formatExponent(size, precision)
  return formatGeneral(size, precision)
}

/** `0.digits * 10^point`, digits without zeros at the end. */
export type Decimals = { readonly digits: string; readonly point: number }

function formatFixed(size: number, precision: number): string {
  const digits = String(scaled(size, precision)).padStart(precision + 1, '0')
  const point = digits.length - precision
  return precision === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`
}

function formatExponent(size: number, precision: number): string {
  const { digits, point } = roundTo(size, precision + 1)
  return withExponent(digits.padEnd(precision + 1, '0'), size === 0 ? 0 : point - 1)
}

/** Go's `%g`: an exponent where it is below -4, or not below the precision (6 when shortest). */
function formatGeneral(size: number, precision: number): string {
  const decimals = precision < 0 ? shortest(size) : roundTo(size, Math.max(precision, 1))
  return formatDecimals(decimals, exponentLimit(decimals, precision))
}

/** Plain digits, or with an exponent where that is below -4 or not below the limit. */
export function formatDecimals({ digits, point }: Decimals, limit: number): string {
  const exponent = point - 1
  if (digits !== '' && (exponent < -4 || exponent >= limit)) return withExponent(digits, exponent)
  if (point <= 0) return digits === '' ? '0' : `0.${'0'.repeat(-point)}${digits}`
  const whole = digits.slice(0, point).padEnd(point, '0')
  return digits.length > point ? `${whole}.${digits.slice(point)}` : whole
}

/** Where `%g` of the shortest digits begins to write an exponent. */
export const shortestLimit = 6

function exponentLimit({ digits, point }: Decimals, precision: number): number {
  if (precision < 0) return shortestLimit
  const limit = Math.max(precision, 1)
  return limit > digits.length && digits.length >= point ? digits.length : limit
}

function withExponent(digits: string, exponent: number): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : ''
  const power = String(Math.abs(exponent)).padStart(2, '0')
  return `${digits.charAt(0)}${fraction}e${exponent < 0 ? '-' : '+'}${power}`
}

function shortest(size: number): Decimals {
  const [mantissa = '', exponent = '0'] = size.toExponential().split('e')
  return decimals(mantissa.replace('.', ''), Number(exponent) + 1)
}

function roundTo(size: number, count: number): Decimals {
  const { point } = shortest(size)
  const rounded = String(scaled(size, count - point))
  return decimals(rounded, point + rounded.length - count)
}

function decimals(digits: string, point: number): Decimals {
  const trimmed = digits.replace(/0+$/, '')
  return { digits: trimmed, point: trimmed === '' ? 0 : point }
}

/** `size * 10^power` rounded to an integer, exactly, halves to even; JavaScript rounds halves up. */
function scaled(size: number, power: number): bigint {
  const [mantissa, exponent] = binaryParts(size)
  const above = mantissa * 2n ** atLeastZero(exponent) * 10n ** atLeastZero(power)
  const below = 2n ** atLeastZero(-exponent) * 10n ** atLeastZero(-power)
  const [quotient, twice] = [above / below, (above % below) * 2n]
  const roundsUp = twice > below || (twice === below && quotient % 2n === 1n)
  return roundsUp ? quotient + 1n : quotient
}

/** `mantissa * 2^exponent`, exactly. */
function binaryParts(size: number): [mantissa: bigint, exponent: number] {
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, size)
  const [fraction, power] = [bits.getBigUint64(0) & (2n ** 52n - 1n), bits.getUint16(0) >> 4]
  return power === 0 ? [fraction, -1074] : [fraction + 2n ** 52n, power - 1075]
}

function atLeastZero(value: number): bigint {
  return BigInt(Math.max(value, 0))
}
