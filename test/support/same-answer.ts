import { isJsonArray, isJsonObject } from '@vedette/core/json/equal'
import type { Json } from '@vedette/core/json/json'
import { stringifyJson } from '@vedette/core/json/stringify'

import type { Answer } from '../../gateway/src/cli/answer.ts'

/**
 * What an engine says otherwise than native OPA, in one line; `undefined` when it is the same, order and number text
 * included. Errors are the same however they are worded.
 */
export function differenceOf(answer: Answer, native: Answer): string | undefined {
  const [got, want] = [wordsOf(answer), wordsOf(native)]
  const same = got === want || ('error' in answer && 'error' in native)
  return same ? undefined : `OPA says ${want}, it says ${got}`
}

function wordsOf(answer: Answer): string {
  if ('error' in answer) return `${answer.error.code}: ${answer.error.message}`
  return answer.result === undefined ? 'undefined' : canonicalText(answer.result)
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
