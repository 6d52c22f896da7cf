import { isJsonObject } from '@vedette/core/json/equal'
import type { Json, JsonObject } from '@vedette/core/json/json'
import { setMember } from '@vedette/core/json/member'

/** What a decision request gets to see of a policy's document; `output` is null when nothing matched. */
export interface Filtered {
  readonly output: JsonObject | null
  readonly statusMessage?: string
}

/**
 * Picks the members that `filters` name; `""` is everything. A filter is a path in the document, or a whole top-level
 * name; a value that is no object is taken even if the path goes on.
 */
export function filterResult(result: Json, filters: readonly string[]): Filtered {
  const document = isJsonObject(result) ? result : {}
  const output: Record<string, Json> = {}
  let unmatched = false
  for (const filter of filters) {
    if (filter === '') return everything(document)
    const value = find(document, filter)
    if (value === undefined) unmatched = true
    else setMember(output, filter, value)
  }
  const found = Object.keys(output).length > 0 ? output : null
  return unmatched ? { output: found, statusMessage: notMatching(document) } : { output: found }
}

function everything(document: JsonObject): Filtered {
  const isEmpty = Object.keys(document).length === 0
  return isEmpty ? { output: null, statusMessage: notMatching(document) } : { output: document }
}

function find(document: JsonObject, filter: string): Json | undefined {
  let value: Json = document
  for (const segment of filter.split('/')) {
    if (!isJsonObject(value)) break
    const next: Json | undefined = Object.hasOwn(value, segment) ? value[segment] : undefined
    // The Go PDP takes a null for a missing segment, unless the whole filter is a top-level name.
    if (next === undefined || next === null)
      return Object.hasOwn(document, filter) ? document[filter] : undefined
    value = next
  }
  return value
}

function notMatching(document: JsonObject): string {
  const names = Object.entries(document).flatMap(([name, value]) => [
    name,
    ...(isJsonObject(value) ? Object.keys(value).map((nested) => `${name}/${nested}`) : []),
  ])
  names.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  return `Policy Filter(s) not matching, Valid Filter(s) are: [${names.join(', ')}]`
}
