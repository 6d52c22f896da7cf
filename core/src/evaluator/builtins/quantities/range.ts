import { numberOf, type JsonNumber } from '../../../json/number.ts'
import type { RegoValue } from '../../value.ts'
import { BuiltinError, integerOperand } from '../operand.ts'

const mostNumbers = 1_000_000n

/** From the first to the second, both included where the step meets them; at most a million numbers. */
export function rangeStep([from, to, by]: readonly RegoValue[]): readonly JsonNumber[] {
  const [start, end, step] = [integerOperand(from), integerOperand(to), integerOperand(by)]
  if (step <= 0n) throw new BuiltinError('step must be a positive integer')
  const count = (start < end ? end - start : start - end) / step + 1n
  if (count > mostNumbers)
    throw new RangeError(`numbers.range_step: more than ${mostNumbers} numbers`)
  const stride = start < end ? step : -step
  return Array.from({ length: Number(count) }, (_, at) => numberOf(start + BigInt(at) * stride))
}
