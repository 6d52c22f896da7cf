import type { JsonNumber } from '../../../json/number.ts'
import { RegoSet, type RegoValue } from '../../value.ts'
import { subtractSets } from '../collections/sets.ts'
import { BuiltinError, numberOperand, typeError } from '../operand.ts'
import { floatOf } from './float-literal.ts'
import { numberOfFloat } from './float-text.ts'
import { add, divide, multiply, subtract, type Float } from './float.ts'
import { integerOf, numberOfInteger } from './integer.ts'

export function plus(operands: readonly RegoValue[]): JsonNumber {
  const [left, right] = [operands[0], operands[1]]
  if (typeof left === 'number' && typeof right === 'number') {
    const sum = left + right
    if (areSafe(left, right, sum)) return sum
  }
  return compute(operands, { exact: (x, y) => x + y, rounded: add })
}

/** Of numbers or of sets. */
export function minus(operands: readonly RegoValue[]): JsonNumber | RegoSet {
  const [left, right] = [operands[0], operands[1]]
  if (typeof left === 'number' && typeof right === 'number') {
    const difference = left - right
    if (areSafe(left, right, difference)) return difference
  }
  if (left instanceof RegoSet) {
    if (right instanceof RegoSet) return subtractSets(left, right)
    throw typeError(2, right, 'set')
  }
  return compute(operands, { exact: (x, y) => x - y, rounded: subtract })
}

export function times(operands: readonly RegoValue[]): JsonNumber {
  const [left, right] = [operands[0], operands[1]]
  if (typeof left === 'number' && typeof right === 'number') {
    const product = left * right
    // Plus zero, since -0 is none of OPA's integers.
    if (areSafe(left, right, product)) return product + 0
  }
  return compute(operands, { exact: (x, y) => x * y, rounded: multiply })
}

/** Zero divided is a float, so that it may become `-0`. */
export function dividedBy(operands: readonly RegoValue[]): JsonNumber {
  const [left, right] = [operands[0], operands[1]]
  if (typeof left === 'number' && typeof right === 'number') {
    if (left !== 0 && right !== 0 && left % right === 0 && areSafe(left, right, 0))
      return left / right
  }
  const dividend = floatOf(numberOperand(left, 1))
  const divisor = floatOf(numberOperand(right, 2))
  if (divisor.mantissa === 0n) throw new BuiltinError('divide by zero')
  return numberOfFloat(divide(dividend, divisor))
}

/** With the sign of the dividend; only of integers. */
export function remainder(operands: readonly RegoValue[]): JsonNumber {
  const [left, right] = [operands[0], operands[1]]
  if (typeof left === 'number' && typeof right === 'number') {
    if (right !== 0 && areSafe(left, right, 0)) return (left % right) + 0
  }
  const dividend = integerOf(numberOperand(left, 1))
  const divisor = integerOf(numberOperand(right, 2))
  if (dividend === undefined || divisor === undefined)
    throw new BuiltinError('modulo on floating-point number')
  if (divisor === 0n) throw new BuiltinError('modulo by zero')
  return numberOfInteger(dividend % divisor)
}

type Operation = {
  readonly exact: (left: bigint, right: bigint) => bigint
  readonly rounded: (left: Float, right: Float) => Float
}

/** Integers exactly, whatever their size; anything else in floats. */
function compute(operands: readonly RegoValue[], { exact, rounded }: Operation): JsonNumber {
  const [first, second] = [numberOperand(operands[0], 1), numberOperand(operands[1], 2)]
  const left = integerOf(first)
  const right = left === undefined ? undefined : integerOf(second)
  if (left !== undefined && right !== undefined) return numberOfInteger(exact(left, right))
  return numberOfFloat(rounded(floatOf(first), floatOf(second)))
}

/** Whether doubles that are integers were enough. */
function areSafe(left: number, right: number, result: number): boolean {
  return Number.isSafeInteger(left) && Number.isSafeInteger(right) && Number.isSafeInteger(result)
}
