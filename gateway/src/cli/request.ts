import { messageOf } from '@vedette/core/errors'
import { isJsonObject } from '@vedette/core/json/equal'
import type { Json, JsonObject } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import * as v from 'valibot'

import { BadRequestError } from './bad-request-error.ts'
import { engineNames, type EngineName, type Policy } from './engine.ts'

/** One evaluation of one entrypoint. */
export interface EvaluationRequest extends Omit<Policy, 'entrypoints'> {
  readonly entrypoint: string
  /** Absent: no input, which is not `null`. */
  readonly input?: Json
  readonly engine: EngineName
}

const RequestSchema = v.object({
  modules: v.pipe(
    v.custom<object>((value) => !Array.isArray(value), 'not an object'),
    v.record(v.string(), v.string()),
  ),
  entrypoint: v.string(),
  engine: v.optional(v.picklist(engineNames), 'plan'),
  regoVersion: v.optional(v.picklist([0, 1]), 1),
  strictErrors: v.optional(v.boolean(), false),
})

/** A line's id, whatever it is, and its request, or why it is none. */
export interface RequestLine {
  readonly id: Json
  readonly request: EvaluationRequest | BadRequestError
}

/** Reads a line of `vedette eval --ndjson`. It never throws: whatever the line is, it gets an answer. */
export function readRequestLine(line: string): RequestLine {
  try {
    const parsed = parseJson(line)
    const id = isJsonObject(parsed) ? (ownMember(parsed, 'id') ?? null) : null
    return { id, request: readRequest(parsed) }
  } catch (error) {
    return { id: idAtStart(line), request: new BadRequestError(messageOf(error), { cause: error }) }
  }
}

/** Of a line that cannot be read as a whole, as it is nested too deep, say. */
function idAtStart(line: string): Json {
  const [, id] = /^\s*\{\s*"id"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d+)\s*,/.exec(line) ?? []
  try {
    return id === undefined ? null : parseJson(id)
  } catch {
    return null
  }
}

function readRequest(line: Json): EvaluationRequest | BadRequestError {
  if (!isJsonObject(line)) return new BadRequestError('a request is an object')
  const { output, issues, success } = v.safeParse(RequestSchema, line)
  if (!success) return new BadRequestError(describe(issues[0]))
  const input = ownMember(line, 'input')
  const data = ownMember(line, 'data')
  if (data !== undefined && !isJsonObject(data)) return new BadRequestError('data: not an object')
  return {
    ...output,
    modules: Object.entries(output.modules).map(([file, source]) => ({ file, source })),
    ...(input !== undefined && { input }),
    ...(data !== undefined && { data }),
  }
}

function ownMember(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

function describe(issue: v.BaseIssue<unknown>): string {
  return `${v.getDotPath(issue) ?? 'request'}: ${issue.message}`
}
