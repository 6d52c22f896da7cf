import type { Json } from '../../../json/json.ts'
import { toJson } from '../../value-json.ts'
import { isArrayValue, isObjectValue, type RegoValue } from '../../value.ts'
import type { Builtin } from '../builtin.ts'
import { readJson } from '../encodings/json-read.ts'
import { BuiltinError } from '../operand.ts'
import { parseSchema } from './parse.ts'
import { root } from './result.ts'
import { UnknownTextError } from './unknown-text-error.ts'
import { validateApart } from './validate.ts'

/** JSON schemas of draft 4, 6 and 7 as OPA's own gojsonschema has them, whose words its answers are. */
export const builtins: Readonly<Record<string, Builtin>> = {
  'json.match_schema': ([document, schema]) => {
    const node = documentOf(document)
    const result = validateApart(parseSchema(documentOf(schema)), node, root)
    return [result.isValid, result.values]
  },
  'json.verify_schema': ([schema]) => {
    try {
      parseSchema(documentOf(schema))
      return [true, null]
    } catch (error) {
      if (!(error instanceof BuiltinError)) throw error
      if (error instanceof UnknownTextError) throw new RangeError(error.message)
      return [false, `jsonschema: ${error.message}`]
    }
  },
}

/** Given as JSON text or as a value. */
function documentOf(value: RegoValue | undefined): Json {
  if (typeof value === 'string') {
    const document = readJson(value)
    if (document === undefined) throw new BuiltinError('invalid JSON string')
    return document
  }
  if (isObjectValue(value) || isArrayValue(value)) return toJson(value)
  throw new BuiltinError('wrong type, expected string or object')
}
