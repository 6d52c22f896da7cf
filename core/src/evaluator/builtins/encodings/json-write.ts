import { isJsonArray, isJsonObject } from '../../../json/equal.ts'
import type { Json, JsonObject } from '../../../json/json.ts'
import { goText, toJson } from '../../value-json.ts'
import { compareStrings, type RegoValue } from '../../value.ts'

/** How lines begin: each with the prefix, then once per level with the indent. */
export type Layout = { readonly prefix: string; readonly indent: string }

/** Go's `json.Marshal`: members sorted, what HTML minds escaped. */
export function marshalJson(value: RegoValue): string {
  return goText(toJson(value))
}

/** Go's `json.MarshalIndent`, but for the prefix that is in front of the first line too. */
export function marshalLines(value: RegoValue, layout: Layout): string {
  return layout.prefix + linesOf(toJson(value), layout.prefix, layout)
}

function linesOf(value: Json, start: string, layout: Layout): string {
  if (isJsonArray(value)) {
    const items = value.map((item) => linesOf(item, start + layout.indent, layout))
    return block('[]', items, { start, layout })
  }
  if (!isJsonObject(value)) return goText(value)
  return block('{}', membersOf(value, start + layout.indent, layout), { start, layout })
}

function membersOf(object: JsonObject, start: string, layout: Layout): readonly string[] {
  const names = Object.keys(object).toSorted(compareStrings)
  return names.map((name) => `${goText(name)}: ${linesOf(object[name] ?? null, start, layout)}`)
}

function block(
  brackets: string,
  items: readonly string[],
  { start, layout }: { start: string; layout: Layout },
): string {
  if (items.length === 0) return brackets
  const lines = items.map((item) => `\n${start}${layout.indent}${item}`)
  return `${brackets.charAt(0)}${lines.join(',')}\n${start}${brackets.charAt(1)}`
}
