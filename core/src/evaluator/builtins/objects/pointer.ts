import { isArrayValue, type RegoValue } from '../../value.ts'
import { BuiltinError } from '../operand.ts'

export type Path = readonly RegoValue[]

/** The steps of a JSON pointer, as lenient as OPA: a text without or with many `/` in front, or an array. */
export function pathFrom(path: RegoValue): Path {
  if (isArrayValue(path)) return path
  if (typeof path !== 'string') throw new BuiltinError('path must be a string or an array')
  if (path === '') return []
  const segments = path.replace(/^\/+/, '').split('/')
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
}
