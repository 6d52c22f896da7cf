import type { RegoValue } from '../../value.ts'
import type { Builtin } from '../builtin.ts'
import { BuiltinError, integerOperand } from '../operand.ts'
import { mostBits, numberOfInteger } from './integer.ts'

export const bitsAnd: Builtin = ofTwo((left, right) => left & right)
export const bitsOr: Builtin = ofTwo((left, right) => left | right)
export const bitsXor: Builtin = ofTwo((left, right) => left ^ right)
export const shiftLeft: Builtin = ofTwo((value, places) => {
  const shift = shiftOf(places)
  if (value !== 0n && shift > mostBits) throw new RangeError(`more than ${mostBits} bits`)
  return value === 0n ? value : value << shift
})
export const shiftRight: Builtin = ofTwo((value, places) => value >> shiftOf(places))

export const negate: Builtin = ([value]) => numberOfInteger(~integerOperand(value))

function ofTwo(compute: (left: bigint, right: bigint) => bigint): Builtin {
  return (operands: readonly RegoValue[]) =>
    numberOfInteger(compute(integerOperand(operands[0], 1), integerOperand(operands[1], 2)))
}

/** OPA looks at the low 64 bits only. */
function shiftOf(places: bigint): bigint {
  if (places < 0n) throw new BuiltinError('operand 2 must be an unsigned integer')
  return BigInt.asUintN(64, places)
}
