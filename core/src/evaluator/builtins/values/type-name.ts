import { isJsonNumber } from '../../../json/equal.ts'
import { isArrayValue, RegoSet, type RegoValue } from '../../value.ts'

export type TypeName = 'array' | 'boolean' | 'null' | 'number' | 'object' | 'set' | 'string'

export function typeName(value: RegoValue | undefined): TypeName {
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'boolean'
  if (isJsonNumber(value)) return 'number'
  if (value === null || value === undefined) return 'null'
  if (isArrayValue(value)) return 'array'
  return value instanceof RegoSet ? 'set' : 'object'
}
