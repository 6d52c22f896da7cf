import type { Json } from '../../../json/json.ts'
import { readJson } from '../encodings/json-read.ts'
import { BuiltinError } from '../operand.ts'

/** JSON, or a `BuiltinError`. */
export function expectJson(text: string): Json {
  const value = readJson(text)
  if (value === undefined) throw new BuiltinError('not JSON')
  return value
}
