import { isJsonArray, isJsonNumber, isJsonObject } from '@vedette/core/json/equal'
import type { Json } from '@vedette/core/json/json'
import { stringifyJson } from '@vedette/core/json/stringify'

import type { Answer } from '../../gateway/src/cli/answer.ts'

/**
 * What an engine says otherwise than native OPA, in one line; `undefined` when it is the same, order and number text
 * included. Errors are the same however they are worded. `textOf` may pass over what a runtime is known to get wrong.
 */
export function differenceOf(
  answer: Answer,
  native: Answer,
  textOf: (value: Json) => string = canonicalText,
): string | undefined {
  const [got, want] = [answer, native].map((each) => wordsOf(each, textOf))
  const same = got === want || ('error' in answer && 'error' in native)
  return same ? undefined : `OPA says ${want}, it says ${got}`
}

function wordsOf(answer: Answer, textOf: (value: Json) => string): string {
  if ('error' in answer) return `${answer.error.code}: ${answer.error.message}`
  return answer.result === undefined ? 'undefined' : textOf(answer.result)
}

/** JSON with members by name, so that only what has an order shows one. */
export function canonicalText(value: Json): string {
  return stringifyJson(sortMembers(value))
}

function sortMembers(value: Json): Json {
  if (isJsonArray(value)) return value.map(sortMembers)
  if (!isJsonObject(value)) return value
  const members = Object.entries(value).map(([key, member]) => [key, sortMembers(member)] as const)
  return Object.fromEntries(members.toSorted(([left], [right]) => (left < right ? -1 : 1)))
}

/** As `canonicalText`, without what OPA's wasm runtime is known to lose: order in arrays, and digits of decimals. */
export function looseText(value: Json): string {
  return canonicalText(loosen(value))
}

function loosen(value: Json): Json {
  if (isJsonNumber(value)) return Number(Number(value).toPrecision(12))
  if (isJsonArray(value)) {
    const items = value.map(loosen).map((item) => [canonicalText(item), item] as const)
    return items.toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, item]) => item)
  }
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, loosen(member)]))
}
