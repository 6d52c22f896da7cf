import { isJsonNumber } from '../../../json/equal.ts'
import type { JsonNumber } from '../../../json/number.ts'
import type { RegoValue } from '../../value.ts'
import { itemsOperand, typeError } from '../operand.ts'
import { floatOf } from './float-literal.ts'
import { numberOfFloat } from './float-text.ts'
import { add, defaultBits, floatFrom, multiply, type Float } from './float.ts'
import { bounded, integerOf, numberOfInteger } from './integer.ts'

/** Of the numbers in an array or a set. */
export function sum([value]: readonly RegoValue[]): JsonNumber {
  const items = itemsOperand(value)
  return smallSum(items) ?? accumulate(items, sums)
}

export function product([value]: readonly RegoValue[]): JsonNumber {
  return accumulate(itemsOperand(value), products)
}

type Accumulation = {
  readonly start: bigint
  readonly exact: (total: bigint, item: bigint) => bigint
  readonly rounded: (total: Float, item: Float, bits: number) => Float
  /** What OPA's accumulator holds. */
  readonly bits: number
}

const sums: Accumulation = { start: 0n, exact: (x, y) => x + y, rounded: add, bits: defaultBits }
const products: Accumulation = {
  start: 1n,
  exact: (x, y) => bounded(x * y),
  rounded: multiply,
  bits: 53,
}

/** In doubles, as long as they are exact. */
function smallSum(items: readonly RegoValue[]): number | undefined {
  let total = 0
  for (const item of items) {
    if (typeof item !== 'number' || !Number.isSafeInteger(item)) return undefined
    total += item
    if (!Number.isSafeInteger(total)) return undefined
  }
  return total
}

/** Integers exactly, whatever their size; once there is anything else, all in floats. */
function accumulate(items: readonly RegoValue[], accumulation: Accumulation): JsonNumber {
  const { start, exact, rounded, bits } = accumulation
  const numbers = items.map(numberItem)
  const integers = numbers.map(integerOf).filter((integer) => integer !== undefined)
  if (integers.length === numbers.length) return numberOfInteger(integers.reduce(exact, start))
  const total = numbers.reduce<Float>(
    (float, number) => rounded(float, floatOf(number), bits),
    floatFrom(start),
  )
  return numberOfFloat(total, bits)
}

function numberItem(item: RegoValue): JsonNumber {
  if (!isJsonNumber(item)) throw typeError(1, item, 'number')
  return item
}
