import { RegoSet, setOf, type RegoValue } from '../../value.ts'
import type { Builtin } from '../builtin.ts'
import { itemsOperand, typeError } from '../operand.ts'
import { typeName, type TypeName } from './type-name.ts'

/** Casts change nothing but sets into arrays and back: any other type is an error. */
export function castTo(name: TypeName): Builtin {
  return ([value]) => {
    if (typeName(value) !== name) throw typeError(1, value, name)
    return value
  }
}

export function castArray([value]: readonly RegoValue[]): readonly RegoValue[] {
  return itemsOperand(value)
}

export function castSet([value]: readonly RegoValue[]): RegoSet {
  return value instanceof RegoSet ? value : setOf(itemsOperand(value))
}
