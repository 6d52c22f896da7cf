import { objectOf, type RegoObjectValue, type RegoValue } from '../../value.ts'
import { escapePercent, unescapePercent } from '../encodings/percent.ts'
import { BuiltinError, stringOperand } from '../operand.ts'
import { parseUri } from './uri-parse.ts'

/** The parts that are there; `raw_path` is the path as it was written where that tells more. */
export function uriParse([text]: readonly RegoValue[]): RegoObjectValue {
  const { scheme, hostname, port, path: raw, query, fragment } = parseUri(stringOperand(text))
  const path = unescapePercent(raw)
  return objectOf(
    Object.entries({
      scheme,
      hostname: unescapePercent(hostname),
      port,
      path,
      raw_path: escapePath(path) === raw ? path : raw,
      raw_query: query,
      fragment: unescapePercent(fragment),
    }).filter(([, part]) => part !== ''),
  )
}

export function uriIsValid([text]: readonly RegoValue[]): boolean {
  if (typeof text !== 'string' || text === '') return false
  try {
    parseUri(text)
    return true
  } catch (error) {
    if (error instanceof BuiltinError) return false
    throw error
  }
}

/** Go's way to write a path. */
function escapePath(path: string): string {
  return encodeURI(path).replace(/[?#!'()*]/g, escapePercent)
}
