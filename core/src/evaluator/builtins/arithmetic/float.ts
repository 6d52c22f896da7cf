/** `±mantissa * 2^exponent`, as Go's `big.Float`; zero has a sign. */
export type Float = {
  readonly isNegative: boolean
  readonly mantissa: bigint
  readonly exponent: number
}

/** The mantissa OPA computes with unless it says otherwise. */
export const defaultBits = 64

export const zero: Float = { isNegative: false, mantissa: 0n, exponent: 0 }

export function floatFrom(integer: bigint): Float {
  return { isNegative: integer < 0n, mantissa: integer < 0n ? -integer : integer, exponent: 0 }
}

/** The nearest one with so many bits, halves to even. */
export function round(float: Float, bits: number): Float {
  const excess = bitLength(float.mantissa) - bits
  if (excess <= 0) return float
  const kept = float.mantissa >> BigInt(excess)
  const [rest, half] = [BigInt.asUintN(excess, float.mantissa), 1n << BigInt(excess - 1)]
  const roundsUp = rest > half || (rest === half && (kept & 1n) === 1n)
  return { ...float, mantissa: roundsUp ? kept + 1n : kept, exponent: float.exponent + excess }
}

export function add(left: Float, right: Float, bits: number = defaultBits): Float {
  if (left.mantissa === 0n && right.mantissa === 0n)
    return { ...zero, isNegative: left.isNegative && right.isNegative }
  const exponent = Math.min(left.exponent, right.exponent)
  const sum = floatFrom(alignedTo(exponent, left) + alignedTo(exponent, right))
  return round({ ...sum, exponent }, bits)
}

export function subtract(left: Float, right: Float): Float {
  return add(left, { ...right, isNegative: !right.isNegative })
}

export function multiply(left: Float, right: Float, bits: number = defaultBits): Float {
  const product = {
    isNegative: left.isNegative !== right.isNegative,
    mantissa: left.mantissa * right.mantissa,
    exponent: left.exponent + right.exponent,
  }
  return round(product, bits)
}

/** `right` must not be zero. */
export function divide(left: Float, right: Float, bits: number = defaultBits): Float {
  const missing = bits + 1 + bitLength(right.mantissa) - bitLength(left.mantissa)
  const shift = Math.max(missing, 0)
  const scaled = left.mantissa << BigInt(shift)
  const [quotient, rest] = [scaled / right.mantissa, scaled % right.mantissa]
  // One more bit stands for everything behind: rounding minds only whether that is zero.
  const mantissa = (quotient << 1n) | (rest === 0n ? 0n : 1n)
  const isNegative = left.isNegative !== right.isNegative
  return round({ isNegative, mantissa, exponent: left.exponent - right.exponent - shift - 1 }, bits)
}

/** Without what is behind the point. */
export function truncate({ isNegative, mantissa, exponent }: Float): bigint {
  const size = exponent < 0 ? mantissa >> BigInt(-exponent) : mantissa << BigInt(exponent)
  return isNegative ? -size : size
}

export function isInteger({ mantissa, exponent }: Float): boolean {
  return exponent >= 0 || BigInt.asUintN(-exponent, mantissa) === 0n
}

export function bitLength(size: bigint): number {
  if (size < 1n << 64n) return size < 1n << 32n ? bitLength32(size) : 32 + bitLength32(size >> 32n)
  const hex = size.toString(16)
  return hex.length * 4 + 28 - Math.clz32(Number.parseInt(hex.charAt(0), 16))
}

function bitLength32(size: bigint): number {
  return 32 - Math.clz32(Number(size))
}

function alignedTo(exponent: number, float: Float): bigint {
  const size = float.mantissa << BigInt(float.exponent - exponent)
  return float.isNegative ? -size : size
}
