import { compareValues, isEqual, type RegoValue } from '../../value.ts'
import type { Builtin } from '../builtin.ts'
import { castArray, castSet, castTo } from './casts.ts'
import { typeName, type TypeName } from './type-name.ts'

export const builtins: Readonly<Record<string, Builtin>> = {
  assign: equal,
  eq: equal,
  equal,
  gt: compare((order) => order > 0),
  gte: compare((order) => order >= 0),
  lt: compare((order) => order < 0),
  lte: compare((order) => order <= 0),
  neq: (operands) => !equal(operands),
  cast_array: castArray,
  cast_boolean: castTo('boolean'),
  cast_null: castTo('null'),
  cast_object: castTo('object'),
  cast_set: castSet,
  cast_string: castTo('string'),
  is_array: isA('array'),
  is_boolean: isA('boolean'),
  is_null: isA('null'),
  is_number: isA('number'),
  is_object: isA('object'),
  is_set: isA('set'),
  is_string: isA('string'),
  type_name: (operands) => typeName(operands[0]),
}

function equal(operands: readonly RegoValue[]): boolean {
  return isEqual(operands[0] ?? null, operands[1] ?? null)
}

function compare(holds: (order: number) => boolean): Builtin {
  return (operands) => holds(compareValues(operands[0] ?? null, operands[1] ?? null))
}

function isA(name: TypeName): Builtin {
  return (operands) => typeName(operands[0]) === name
}
