import { messageOf } from '@vedette/core/errors'
import { isJsonObject } from '@vedette/core/json/equal'
import { maxDepth } from '@vedette/core/json/json'
import type { Json, JsonObject } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import * as v from 'valibot'

/** A request's members: what Go's decoder itself refuses, a wrong type or date, is a schema's issue, the rest a check's. */
export type RequestSchema<Output> = v.GenericSchema<unknown, Output> & {
  readonly entries: v.ObjectEntries
}

/** The Go PDP stops where it cannot decode a member, and lists what is wrong only with a request it could decode. */
export type Reading<Output> =
  | { readonly request: Output }
  | { readonly undecodable: string }
  | { readonly invalid: string; readonly policyName: string }

/**
 * Reads a request as leniently as Go's decoder: names of members are known in any case, unknown ones and whatever
 * follows the body mean nothing. What cannot be decoded is told in words of our own.
 */
export function readRequest<Output>(text: string, schema: RequestSchema<Output>): Reading<Output> {
  if (text.trim() === '') return { undecodable: 'the body is empty' }
  try {
    // To Go, `null` is a body without members.
    return checkRequest(parseFirst(text) ?? {}, schema)
  } catch (error) {
    return { undecodable: messageOf(error) }
  }
}

function checkRequest<Output>(body: Json, schema: RequestSchema<Output>): Reading<Output> {
  if (!isJsonObject(body)) return { undecodable: `the body must be an object, not ${kindOf(body)}` }
  const members = withKnownNames(body, schema.entries)
  const checked = v.safeParse(schema, members)
  if (checked.success) return { request: checked.output }
  const undecodable = checked.issues.find(({ kind }) => kind === 'schema')
  if (undecodable) return { undecodable: decodeProblem(undecodable) }
  const { policyName } = members as { readonly policyName?: string | null }
  const invalid = checked.issues.map(({ message }) => message).join(', ')
  return { invalid, policyName: policyName ?? '' }
}

function decodeProblem(issue: v.BaseIssue<unknown>): string {
  const { type, input, message } = issue
  if (type === 'custom') return message
  const wanted = type === 'array' ? 'a list' : `a ${type}`
  return `${v.getDotPath(issue)} must be ${wanted}, not ${kindOf(input)}`
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (isJsonObject(value as Json)) return 'an object'
  return typeof value === 'string' || typeof value === 'boolean' ? `a ${typeof value}` : 'a number'
}

/** Almost every request is written in the right case, and is taken as it is. */
function withKnownNames(body: JsonObject, entries: v.ObjectEntries): JsonObject {
  if (Object.keys(body).every((name) => Object.hasOwn(entries, name))) return body
  const known = new Map(Object.keys(entries).map((name) => [name.toLowerCase(), name]))
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [known.get(name.toLowerCase()) ?? name, value]),
  )
}

/** The first value of a text; when it is a list or an object, what follows it may be anything. */
function parseFirst(text: string): Json {
  try {
    return parseJson(text)
  } catch (error) {
    const end = endOfFirst(text)
    if (end === undefined || end === text.length) throw error
    return parseJson(text.slice(0, end))
  }
}

function endOfFirst(text: string): number | undefined {
  let depth = 0
  // A string without an end matches as well: a pattern that fails there is tried again from each quote behind it.
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]+|\\[^]?)*"?|[[\]{}]/g)) {
    if ((token === '{' || token === '[') && ++depth > maxDepth) return undefined
    if ((token === '}' || token === ']') && --depth === 0) return index + 1
  }
  return undefined
}
