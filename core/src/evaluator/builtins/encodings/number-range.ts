import { Decimal } from '../../../json/decimal.ts'
import { isJsonArray, isJsonObject } from '../../../json/equal.ts'
import type { Json } from '../../../json/json.ts'
import { floatOfLiteral } from '../arithmetic/float-literal.ts'
import { bitLength } from '../arithmetic/float.ts'

/** OPA's bound for numbers with an exponent, in bits. */
const mostBits = 100_000

/** Whether OPA would take all numbers of a value (`ast.NumberChecked`). */
export function isInRange(value: Json): boolean {
  if (value instanceof Decimal) return isLiteralInRange(value.text)
  if (isJsonArray(value)) return value.every(isInRange)
  return !isJsonObject(value) || Object.values(value).every(isInRange)
}

function isLiteralInRange(literal: string): boolean {
  const [, digits = '', power] = /^(.*)[eE](.*)$/.exec(literal) ?? []
  if (power === undefined) return true
  if (!/[1-9]/.test(digits)) return BigInt.asIntN(64, BigInt(power)) === BigInt(power)
  if (Math.abs(Number(power)) > mostBits + digits.length) return false
  const { mantissa, exponent } = floatOfLiteral(literal)
  return Math.abs(bitLength(mantissa) + exponent) <= mostBits
}
