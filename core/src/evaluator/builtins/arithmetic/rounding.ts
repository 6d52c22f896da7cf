import type { JsonNumber } from '../../../json/number.ts'
import type { RegoValue } from '../../value.ts'
import type { Builtin } from '../builtin.ts'
import { numberOperand } from '../operand.ts'
import { floatOf } from './float-literal.ts'
import { numberOfFloat } from './float-text.ts'
import { add, isInteger, truncate, type Float } from './float.ts'
import { numberOfInteger } from './integer.ts'

/** Integers of more than 64 bits lose digits, as in OPA. */
export function absolute([value]: readonly RegoValue[]): JsonNumber {
  if (Number.isSafeInteger(value)) return Math.abs(value as number)
  return numberOfFloat({ ...floatOf(numberOperand(value, 1)), isNegative: false })
}

const half: Float = { isNegative: false, mantissa: 1n, exponent: -1 }

/** Halves away from zero. */
export const nearest: Builtin = rounding((float) =>
  truncate(add(float, { ...half, isNegative: float.isNegative })),
)

/** OPA takes what lies between -1 and 0 for positive: to 1. */
export const ceiling: Builtin = rounding((float) => {
  const whole = truncate(float)
  return whole < 0n || isInteger(float) ? whole : whole + 1n
})

/** OPA takes what lies between -1 and 0 for positive: to 0. */
export const floor: Builtin = rounding((float) => {
  const whole = truncate(float)
  return whole >= 0n || isInteger(float) ? whole : whole - 1n
})

function rounding(toInteger: (float: Float) => bigint): Builtin {
  return ([value]) => {
    if (Number.isSafeInteger(value)) return value
    return numberOfInteger(toInteger(floatOf(numberOperand(value, 1))))
  }
}
