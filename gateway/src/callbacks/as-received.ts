import { randomUUID } from 'node:crypto'

import { isJsonArray, isJsonObject } from '@vedette/core/json/equal'
import type { Json, JsonObject } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'

/** Of the objects where JavaScript does not: names that look like an index come first there. */
const received = new WeakMap<JsonObject, readonly string[]>()

/** Before the name's quote nothing is escaped, and after it comes a colon: it stands in no string. */
const indexName = /(?<!\\)"(\d+)"(?=\s*:)/g
/** With it before them they are names like others; nobody's own name can begin so. */
const mark = randomUUID()

/** `parseJson`, of whose objects `namesAsReceived` can tell how they were written: who hashes a document hashes its order. */
export function parseAsReceived(text: string): Json {
  const value = parseJson(text)
  const marked = text.replaceAll(indexName, `"${mark}$1"`)
  if (marked !== text) remember(value, parseJson(marked))
  return value
}

/** The names of an object's members as they were received, where JavaScript has them in another order. */
export function namesAsReceived(object: JsonObject): readonly string[] | undefined {
  return received.get(object)
}

/** `marked` is the same document under its marked names. */
function remember(value: Json | undefined, marked: Json): void {
  if (isJsonArray(value) && isJsonArray(marked))
    for (const [index, item] of marked.entries()) remember(value[index], item)
  else if (isJsonObject(value) && isJsonObject(marked)) {
    const members = Object.entries(marked).map(([name, each]) => [unmarked(name), each] as const)
    const names = members.map(([name]) => name)
    if (Object.keys(value).some((name, at) => name !== names[at])) received.set(value, names)
    for (const [name, each] of members) remember(value[name], each)
  }
}

function unmarked(name: string): string {
  return name.startsWith(mark) ? name.slice(mark.length) : name
}
