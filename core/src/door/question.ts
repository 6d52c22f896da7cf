import type { Decision } from '../evaluator/decision.ts'
import { isJsonObject } from '../json/equal.ts'
import { JsonError } from '../json/json.ts'
import { parseJson } from '../json/parse.ts'
import { sourceOfValue, type JsonSource } from '../json/source.ts'
import { stringifyJson } from '../json/stringify.ts'

/** What is asked under `/v1/data`, as OPA's clients ask it: a path, and an input when there is one. */
export interface Question {
  readonly path: readonly string[]
  readonly input: JsonSource | undefined
}

/**
 * What follows `/v1/data` in a question's URL, as it was sent: the path that a router gives is decoded already, and `%2F`
 * must not become a separator.
 */
export function pathBelowData(url: string): string {
  return new URL(url).pathname.split('/').slice(3).join('/')
}

/**
 * Reads a question. `path` is what follows `/v1/data` in the URL, still percent-encoded; `body` is the text of a
 * POST, absent for GET. No body and no `input` member mean no input. Throws `JsonError`.
 */
export function readQuestion(path: string, body: string | undefined): Question {
  return { path: readPath(path), input: body ? readInput(body) : undefined }
}

function readPath(path: string): readonly string[] {
  try {
    return path.split('/').filter(Boolean).map(decodeURIComponent)
  } catch (cause) {
    throw new JsonError('the path is not percent-encoded UTF-8', { cause })
  }
}

function readInput(body: string): JsonSource | undefined {
  const parsed = parseJson(body)
  if (!isJsonObject(parsed)) throw new JsonError('the body must be an object: {"input": …}')
  const input = parsed['input']
  return input === undefined ? undefined : sourceOfValue(input)
}

/** The answer's text: `result` is absent when undefined. */
export function writeAnswer(decision: Decision, decisionId: string): string {
  const { result, revision } = decision
  return stringifyJson({
    ...(result !== undefined && { result }),
    revision,
    decision_id: decisionId,
  })
}
