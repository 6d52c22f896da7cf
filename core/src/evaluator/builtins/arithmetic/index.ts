import type { Builtin } from '../builtin.ts'
import { bitsAnd, bitsOr, bitsXor, negate, shiftLeft, shiftRight } from './bits.ts'
import { formatInteger, toNumber } from './notation.ts'
import { dividedBy, minus, plus, remainder, times } from './operations.ts'
import { absolute, ceiling, floor, nearest } from './rounding.ts'
import { product, sum } from './totals.ts'

export const builtins: Readonly<Record<string, Builtin>> = {
  abs: absolute,
  'bits.and': bitsAnd,
  'bits.lsh': shiftLeft,
  'bits.negate': negate,
  'bits.or': bitsOr,
  'bits.rsh': shiftRight,
  'bits.xor': bitsXor,
  ceil: ceiling,
  div: dividedBy,
  floor,
  format_int: formatInteger,
  minus,
  mul: times,
  plus,
  product,
  rem: remainder,
  round: nearest,
  sum,
  to_number: toNumber,
}
