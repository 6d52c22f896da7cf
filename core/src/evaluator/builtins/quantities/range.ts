import { numberOf, type JsonNumber } from '../../../json/number.ts'
import type { RegoValue } from '../../value.ts'
import { BuiltinError, integerOperand } from '../operand.ts'

const mostNumbers = 1_000_000n

/** From the first to the second, both included; at most a million numbers. */
export function range([from, to]: readonly RegoValue[]): readonly JsonNumber[] {
  return rangeBy(integerOperand(from, 1), integerOperand(to, 2), 1n)
}

/** From the first to the second, both included where the step meets them; at most a million numbers. */
export function rangeStep([from, to, by]: readonly RegoValue[]): readonly JsonNumber[] {
  const [start, end, step] = [integerOperand(from, 1), integerOperand(to, 2), integerOperand(by, 3)]
  if (step <= 0n) throw new BuiltinError('step must be a positive integer')
  return rangeBy(start, end, step)
}

function rangeBy(start: bigint, end: bigint, step: bigint): readonly JsonNumber[] {
  const length = (start < end ? end - start : start - end) / step + 1n
  if (length > mostNumbers) throw new RangeError(`a range of more than ${mostNumbers} numbers`)
  const stride = start < end ? step : -step
  return isSafe(start) && isSafe(end)
    ? numbers({ start: Number(start), stride: Number(stride), length: Number(length) })
    : Array.from({ length: Number(length) }, (_, at) => numberOf(start + BigInt(at) * stride))
}

type Progression = { readonly start: number; readonly stride: number; readonly length: number }

/** Without a bigint for each; the stride counts only where there is a second number, which makes it safe. */
function numbers({ start, stride, length }: Progression): number[] {
  const items = [start]
  for (let at = 1; at < length; at++) items.push(start + at * stride)
  return items
}

function isSafe(integer: bigint): boolean {
  return Number.isSafeInteger(Number(integer))
}
