import { numberOf, type JsonNumber } from '../../../json/number.ts'
import type { RegoValue } from '../../value.ts'
import { BuiltinError, stringOperand } from '../operand.ts'

const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  '\u00b5s': 1000n,
  '\u03bcs': 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}
const hours: Readonly<Record<string, number>> = { d: 24, w: 7 * 24, y: 365 * 24 }
const limit = 2n ** 63n

/** Nanoseconds of `1h30m`; also days, weeks, and years of 365 days. */
export function parseDurationNs([text]: readonly RegoValue[]): JsonNumber {
  const duration = stringOperand(text)
  return numberOf(parseDuration(/[dwy]/.test(duration) ? toHours(duration) : duration))
}

function toHours(duration: string): string {
  if (!/^[-+]?(?:[\d.]+(?:ms|us|\u00b5s|ns|[a-z]))+$/.test(duration)) throw invalid()
  return duration.replace(/([\d.]+)([dwy])/g, (_, amount: string, unit: string) => {
    const value = Number(amount) * (hours[unit] ?? 0)
    if (!Number.isFinite(value) || value >= 1e21) throw invalid()
    return `${toDecimal(value)}h`
  })
}

/** Shortest, without an exponent. */
function toDecimal(value: number): string {
  const [digits = '', exponent = '0'] = String(value).split('e-')
  return exponent === '0'
    ? digits
    : `0.${'0'.repeat(Number(exponent) - 1)}${digits.replace('.', '')}`
}

function unitOf(name: string): bigint | undefined {
  return Object.hasOwn(units, name) ? units[name] : undefined
}

/** Go's `time.ParseDuration`, whose sum may wrap around at 64 bits. */
function parseDuration(duration: string): bigint {
  const [, sign, parts = ''] = /^([-+]?)(0|(?:(?:\d+\.?\d*|\.\d+)[^.\d]+)+)$/.exec(duration) ?? []
  if (parts === '') throw invalid()
  if (parts === '0') return 0n
  const segments = [...parts.matchAll(/(\d*)\.?(\d*)([^.\d]+)/g)]
  const total = segments.reduce((sum, [, whole = '', fraction = '', unit = '']) => {
    const next = BigInt.asUintN(64, sum + segmentNs(BigInt(whole), fraction, unitOf(unit)))
    if (next > limit) throw invalid()
    return next
  }, 0n)
  if (sign !== '-' && total === limit) throw invalid()
  return sign === '-' ? -total : total
}

function segmentNs(whole: bigint, fraction: string, unit: bigint | undefined): bigint {
  if (unit === undefined || whole > limit / unit) throw invalid()
  const ns = whole * unit + fractionNs(fraction, Number(unit))
  if (ns > limit) throw invalid()
  return ns
}

/** In doubles, as Go does it, which ends at the digit that would not fit into 63 bits. */
function fractionNs(fraction: string, unit: number): bigint {
  let [value, scale] = [0n, 1]
  for (const digit of fraction) {
    const next = value * 10n + BigInt(digit)
    if (value > (limit - 1n) / 10n || next > limit) break
    value = next
    scale *= 10
  }
  return BigInt(Math.trunc(Number(value) * (unit / scale)))
}

function invalid(): BuiltinError {
  return new BuiltinError('invalid duration')
}
