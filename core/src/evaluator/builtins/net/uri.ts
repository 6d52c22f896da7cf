import { objectOf, type RegoObjectValue, type RegoValue } from '../../value.ts'
import { unescapePercent } from '../encodings/percent.ts'
import { BuiltinError, stringOperand } from '../operand.ts'
import { escapeUrl } from '../urls/escape.ts'
import { splitPort } from '../urls/host.ts'
import { splitUrl } from '../urls/split.ts'

/** The parts that are there; `raw_path` is the path as it was written where that tells more. */
export function uriParse([text]: readonly RegoValue[]): RegoObjectValue {
  const { scheme, host = '', path: raw, query = '', fragment } = splitUrl(stringOperand(text))
  const { hostname, port } = splitPort(host)
  const path = unescapePercent(raw)
  return objectOf(
    Object.entries({
      scheme,
      hostname: unescapePercent(hostname),
      port,
      path,
      raw_path: escapeUrl(path, 'path') === raw ? path : raw,
      raw_query: query,
      fragment: unescapePercent(fragment),
    }).filter(([, part]) => part !== ''),
  )
}

export function uriIsValid([text]: readonly RegoValue[]): boolean {
  if (typeof text !== 'string' || text === '') return false
  try {
    splitUrl(text)
    return true
  } catch (error) {
    if (error instanceof BuiltinError) return false
    throw error
  }
}
