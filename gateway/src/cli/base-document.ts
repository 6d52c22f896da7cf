import { isJsonArray, isJsonObject } from '@vedette/core/json/equal'
import type { Json } from '@vedette/core/json/json'

type Path = readonly string[]

/** What a path below `data` leads to, if anything. */
export function valueAt(document: Json | undefined, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((value, segment) => {
    if (isJsonObject(value)) return Object.hasOwn(value, segment) ? value[segment] : undefined
    return isJsonArray(value) && /^(?:0|[1-9]\d*)$/.test(segment)
      ? value[Number(segment)]
      : undefined
  }, document)
}

/** The document with an object at that path, if nothing else is on the way. */
export function withObjectAt(document: Json | undefined, [segment, ...rest]: Path): Json {
  if (document !== undefined && !isJsonObject(document)) return document
  if (segment === undefined) return document ?? {}
  return { ...document, [segment]: withObjectAt(valueAt(document, [segment]), rest) }
}
