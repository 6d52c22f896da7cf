import { messageOf } from '@vedette/core/errors'
import type { Decision } from '@vedette/core/evaluator/decision'
import type { Json, JsonObject } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import { stringifyJson } from '@vedette/core/json/stringify'
import { Hono } from 'hono'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import * as v from 'valibot'

import type { Administration } from '../../pap/administration.ts'
import type { PolicyIdentifier } from '../../pap/tosca-policy.ts'
import { commonMembers } from './common-members.ts'
import { filterResult } from './policy-filter.ts'
import { responseHeaders } from './response-headers.ts'

export interface DecisionDoorOptions {
  readonly administration: Pick<Administration, 'policies' | 'state'>
  readonly decide: (path: readonly string[], input: string | undefined) => Decision
}

const blankName = 'PolicyName is required and cannot be empty'
const blankFilter = 'PolicyFilter is required'

const RequestSchema = v.object({
  ...commonMembers,
  policyName: v.optional(
    v.pipe(
      v.string(),
      v.check((name) => name.trim() !== '', blankName),
    ),
    '',
  ),
  policyFilter: v.optional(v.pipe(v.array(v.string()), v.minLength(1, blankFilter)), []),
})
type DecisionRequest = v.InferOutput<typeof RequestSchema>

const noInput =
  '{"warning":{"code":"api_usage_warning","message":"\'input\' key missing from the request"}}'

/** `POST /policy/pdpo/v1/decision`: what ONAP components ask, answered as the Go PDP answers. */
export function decisionDoor({ administration, decide }: DecisionDoorOptions): Hono {
  const door = new Hono()
  door.use(responseHeaders('Unknown'))
  door.all('/', bodyLimit({ maxSize: 10 * 1024 * 1024, onError: tooLarge }), async (c) => {
    if (administration.state() !== 'ACTIVE') {
      return refuse(c, 500, 'System Is In PASSIVE State, error handling request.')
    }
    if (c.req.method !== 'POST') return refuse(c, 405, `${c.req.method} MethodNotAllowed`)
    const read = readRequest(await c.req.text())
    if ('problem' in read) return refuse(c, 400, read.problem, read)
    const policy = findPolicy(administration.policies(), read.request.policyName)
    if ('problem' in policy) return refuse(c, 400, policy.problem, read.request)
    return answer(c, read, policy)
  })
  return door

  function answer(c: Context, { request, input }: Read, policy: PolicyIdentifier): Response {
    const path = policy.name.split('.')
    const about = { policyName: policy.name, policyVersion: policy.version }
    if (input === undefined || input === null) {
      return send(c, 200, {
        output: null,
        ...about,
        policyName: path.join('/'),
        statusMessage: noInput,
      })
    }
    try {
      const { result } = decide(path, stringifyJson(input))
      if (result === undefined)
        return refuse(c, 500, `opa_undefined_error: ${policy.name} decision was undefined`, about)
      const { output, statusMessage } = filterResult(result, request.policyFilter)
      return send(c, 200, { output, ...about, ...(statusMessage && { statusMessage }) })
    } catch (error) {
      return refuse(c, 500, messageOf(error), about)
    }
  }
}

interface Read {
  readonly request: DecisionRequest
  readonly input: Json | undefined
}

function readRequest(
  text: string,
): Read | { readonly problem: string; readonly policyName?: string } {
  try {
    const body = parseJson(text)
    const checked = v.safeParse(RequestSchema, body)
    if (checked.success && checked.output.policyName && checked.output.policyFilter.length > 0) {
      return { request: checked.output, input: (body as JsonObject)['input'] }
    }
    return { problem: problemsOf(checked), policyName: nameIn(body) }
  } catch (error) {
    return { problem: text.trim() === '' ? 'EOF' : messageOf(error) }
  }
}

function problemsOf(checked: v.SafeParseResult<typeof RequestSchema>): string {
  if (!checked.success) return checked.issues.map(sentenceOf).join(', ')
  const { policyName, policyFilter } = checked.output
  return [
    ...(policyName ? [] : [blankName]),
    ...(policyFilter.length > 0 ? [] : [blankFilter]),
  ].join(', ')
}

function sentenceOf(issue: v.InferIssue<typeof RequestSchema>): string {
  return issue.kind === 'validation'
    ? issue.message
    : `${v.getDotPath(issue) ?? 'the body'}: ${issue.message}`
}

function nameIn(body: Json): string {
  const name = v.safeParse(v.looseObject({ policyName: v.string() }), body)
  return name.success ? name.output.policyName : ''
}

/** A policy is asked for by its id, with dots or slashes. */
function findPolicy(
  policies: readonly PolicyIdentifier[],
  name: string,
): PolicyIdentifier | { readonly problem: string } {
  const found = policies.find((policy) => policy.name === name.replaceAll('/', '.'))
  if (found) return found
  return {
    problem:
      policies.length === 0
        ? 'No policies are deployed.'
        : `Policy Name ${name.replaceAll('.', '/')} does not exist`,
  }
}

function refuse(
  c: Context,
  status: 400 | 405 | 500,
  errorMessage: string,
  about: { readonly policyName?: string; readonly policyVersion?: string } = {},
): Response {
  const { policyName = '', policyVersion = '' } = about
  const responseCode = status === 400 ? 'bad_request' : 'internal_error'
  return send(c, status, { errorMessage, policyName, policyVersion, responseCode })
}

function tooLarge(c: Context): Response {
  return refuse(c, 400, 'http: request body too large')
}

function send(c: Context, status: 200 | 400 | 405 | 500, body: Json): Response {
  return c.body(`${stringifyJson(body)}\n`, status, { 'content-type': 'application/json' })
}
