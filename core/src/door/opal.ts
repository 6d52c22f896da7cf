import { isJsonObject } from '../json/equal.ts'
import type { Json } from '../json/json.ts'
import { stringifyJson } from '../json/stringify.ts'

/** Whether a question is about OPAL's document, which lies at `data.system.opal`. */
export function isAboutOpal(path: readonly string[]): boolean {
  return path[0] === 'system' && path[1] === 'opal'
}

/**
 * The answer's text to a question about OPAL's `document`; `path` begins with `system/opal`. It has no revision: the
 * document tells how the transactions went, whatever was activated.
 */
export function writeOpalAnswer(document: Json, path: readonly string[]): string {
  const result = path.slice(2).reduce<Json | undefined>(memberOf, document)
  return stringifyJson(result === undefined ? {} : { result })
}

function memberOf(value: Json | undefined, key: string): Json | undefined {
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}
