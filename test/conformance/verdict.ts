import { compareValues } from '@vedette/core/evaluator/value'
import { equalJson, isJsonArray } from '@vedette/core/json/equal'
import type { Json, JsonObject } from '@vedette/core/json/json'
import { stringifyJson } from '@vedette/core/json/stringify'

import type { Answer, Fault } from '../../gateway/src/cli/answer.ts'
import { canonicalText } from '../support/same-answer.ts'
import type { OpaCase } from './cases.ts'
import type { Question } from './convert.ts'

/** `refused`: this engine does not take the policy, which is no wrong answer; `detail` says why, or what differs. */
export interface Verdict {
  readonly kind: 'pass' | 'refused' | 'wrong'
  readonly detail: string
}

const pass: Verdict = { kind: 'pass', detail: '' }

export function judge(given: OpaCase, shape: Question['shape'], answer: Answer): Verdict {
  if ('error' in answer) return judgeError(given, answer.error)
  if (given.want_result === undefined) {
    return wrong(`want ${given.want_error ?? given.want_error_code}`, textOf(answer.result))
  }
  const bindings = bindingsOf(shape, answer.result)
  const got = given.sort_bindings ? bindings.map(sortBindings) : bindings
  if (sameSet(given.want_result, got)) return pass
  return wrong(`want ${stringifyJson(given.want_result)}`, stringifyJson(got))
}

function judgeError(given: OpaCase, { code, message }: Fault): Verdict {
  const wanted = given.want_error ?? given.want_error_code
  if (wanted?.startsWith(code) || isWantedError(given, `${code}: ${message}`)) return pass
  if (isRefusal(code)) return { kind: 'refused', detail: reasonOf(code, message) }
  return wrong(`want ${wanted ?? textOf(given.want_result)}`, `${code}: ${message}`)
}

/** The engines word errors in their own way; what kind it is, a conflict or a builtin's, is OPA's. */
function isWantedError({ want_error: text, want_error_code: code }: OpaCase, got: string): boolean {
  if (text === undefined && code === undefined) return false
  if (!/^(?:ERR_EVALUATION|eval_)/.test(got)) return false
  return code === undefined || (code === 'eval_conflict_error') === /conflict/.test(got)
}

/** Fail closed: refused when it was compiled, or where an engine cannot answer as OPA does. */
function isRefusal(code: string): boolean {
  const refusals = ['ERR_ENGINE_UNFIT', 'ERR_UNSUPPORTED_POLICY', 'ERR_LIMIT']
  return code.startsWith('rego_') || refusals.includes(code)
}

/** The builtin that is missing, if one is. */
function reasonOf(code: string, message: string): string {
  const [, builtin] = /^(?:builtin|undefined function) (\S+)/.exec(message) ?? []
  return builtin ?? `${code}: ${message}`
}

function bindingsOf(shape: Question['shape'], result: Json | undefined): readonly Json[] {
  if (shape === 'value') return result === undefined ? [] : [{ x: result }]
  return isJsonArray(result) ? result : []
}

function sortBindings(bindings: Json): Json {
  const sorted = Object.entries(bindings as JsonObject).map(([name, value]) => [
    name,
    isJsonArray(value) ? value.toSorted(compareValues) : value,
  ])
  return Object.fromEntries(sorted) as Json
}

/** As OPA's own test does: results are sets, so that the same bindings twice count once. */
function sameSet(left: readonly Json[], right: readonly Json[]): boolean {
  return contains(left, right) && contains(right, left)
}

function contains(all: readonly Json[], some: readonly Json[]): boolean {
  return some.every((each) => all.some((other) => equalJson(each, other)))
}

function textOf(value: Json | undefined): string {
  return value === undefined ? 'undefined' : canonicalText(value)
}

function wrong(want: string, got: string): Verdict {
  return { kind: 'wrong', detail: `${want}, got ${got}` }
}
