import { JsonError, type Json } from './json.ts'

/** Parses JSON without losing a digit. Throws `JsonError` with row and column. */
export function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch (cause) {
    throw new JsonError(String(cause), { cause })
  }
}
