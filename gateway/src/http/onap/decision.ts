import { VedetteError, messageOf } from '@vedette/core/errors'
import type { Decision } from '@vedette/core/evaluator/decision'
import { sourceOfValue, type JsonSource } from '@vedette/core/json/source'
import { Hono } from 'hono'
import type { Context } from 'hono'

import type { Administration } from '../../pap/administration.ts'
import type { PolicyIdentifier } from '../../pap/tosca-policy.ts'
import { limitBody } from '../body.ts'
import type { DecisionRequest, Problem } from './decision-request.ts'
import { readDecisionRequest } from './decision-request.ts'
import { jsonAnswer } from './json-answer.ts'
import { filterResult } from './policy-filter.ts'
import { responseHeaders } from './response-headers.ts'

export interface DecisionDoorOptions {
  readonly administration: Pick<Administration, 'policies' | 'state'>
  readonly decide: (path: readonly string[], input: JsonSource | undefined) => Decision
  /** Whether the PAP ever deployed a policy here: the Go PDP words that differently. */
  readonly hadPolicies: () => boolean
}

const bodyBytes = 10 * 1024 * 1024

const noInput =
  '{"warning":{"code":"api_usage_warning","message":"\'input\' key missing from the request"}}'

/** `POST /policy/pdpo/v1/decision`: what ONAP components ask, answered as the Go PDP answers. */
export function decisionDoor(options: DecisionDoorOptions): Hono {
  const { administration, decide, hadPolicies } = options
  const door = new Hono()
  door.use('/', responseHeaders('Unknown'))
  door.all('/', async (c, next) => {
    if (administration.state() !== 'ACTIVE') {
      return refuse(c, 500, { problem: 'System Is In PASSIVE State, error handling request.' })
    }
    if (c.req.method === 'POST') return next()
    return refuse(c, 405, { problem: `${c.req.method} MethodNotAllowed` })
  })
  door.post('/', limitBody(bodyBytes, tooLarge), async (c) => {
    const request = readDecisionRequest(await c.req.text())
    if ('problem' in request) return refuse(c, 400, request)
    const policy = findPolicy(request.policyName)
    if ('problem' in policy) return refuse(c, 400, policy)
    return answer(c, request, policy)
  })
  return door

  /** A policy is asked for by its id, with dots or slashes. */
  function findPolicy(policyName: string): PolicyIdentifier | Problem {
    const policies = administration.policies()
    const name = policyName.replaceAll('/', '.')
    const found = policies.find((policy) => policy.name === name)
    if (found) return found
    const problem =
      policies.length > 0 || hadPolicies()
        ? `Policy Name ${policyName.replaceAll('.', '/')} does not exist`
        : 'No policies are deployed.'
    return { problem, policyName }
  }

  function answer(c: Context, request: DecisionRequest, policy: PolicyIdentifier): Response {
    const path = policy.name.split('.')
    c.set('policyName', policy.name)
    const about = { policyName: policy.name, policyVersion: policy.version }
    const { input, policyFilter } = request
    if (input === undefined || input === null) {
      const policyName = path.join('/')
      return jsonAnswer(c, 200, { output: null, ...about, policyName, statusMessage: noInput })
    }
    try {
      const { result } = decide(path, sourceOfValue(input))
      if (result === undefined) {
        const problem = `opa_undefined_error: ${policy.name} decision was undefined`
        return refuse(c, 500, { problem, ...about })
      }
      const { output, statusMessage } = filterResult(result, policyFilter)
      return jsonAnswer(c, 200, { output, ...about, ...(statusMessage && { statusMessage }) })
    } catch (error) {
      return refuse(c, 500, undecided(error, about))
    }
  }
}

interface Refusal extends Problem {
  readonly policyVersion?: string
}

/** An evaluation that failed is told in the engine's words; an engine that may not decide is none to the Go PDP. */
function undecided(
  error: unknown,
  about: { readonly policyName: string; readonly policyVersion: string },
): Refusal {
  if (!(error instanceof VedetteError)) return { problem: messageOf(error), ...about }
  const policyName = about.policyName.replaceAll('.', '/')
  return { problem: 'Failed to get OPA instance.', ...about, policyName }
}

function refuse(c: Context, status: 400 | 405 | 500, refusal: Refusal): Response {
  const { problem, policyName = '', policyVersion = '' } = refusal
  const responseCode = status === 400 ? 'bad_request' : 'internal_error'
  return jsonAnswer(c, status, { errorMessage: problem, policyName, policyVersion, responseCode })
}

function tooLarge(c: Context): Response {
  return refuse(c, 400, { problem: 'http: request body too large' })
}
