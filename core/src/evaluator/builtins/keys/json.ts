import { JsonError, type Json } from '../../../json/json.ts'
import { parseJson } from '../../../json/parse.ts'
import { BuiltinError } from '../operand.ts'

/** JSON, or a `BuiltinError`. */
export function readJson(text: string): Json {
  if (hasLoneSurrogate(text)) throw new RangeError('half a surrogate pair cannot be read here')
  try {
    return parseJson(text)
  } catch (error) {
    throw error instanceof JsonError ? new BuiltinError(error.message) : error
  }
}

/** An escape that is no character: Go reads U+FFFD, where texts here would keep the half. */
function hasLoneSurrogate(text: string): boolean {
  return /(?<!\\u[dD][89abAB][\da-fA-F]{2})\\u[dD][c-fC-F]|\\u[dD][89abAB][\da-fA-F]{2}(?!\\u[dD][c-fC-F])/.test(
    text,
  )
}
