import { VedetteError, messageOf } from '@vedette/core/errors'
import type { Json } from '@vedette/core/json/json'
import { sourceOfValue } from '@vedette/core/json/source'
import { Hono } from 'hono'
import type { Context } from 'hono'

import { limitBody } from '../body.ts'
import type { DecisionDoorOptions } from './decision.ts'
import { jsonAnswer } from './json-answer.ts'
import { readRequest } from './request.ts'
import { responseHeaders } from './response-headers.ts'
import type { Counter, Statistics } from './statistics.ts'
import { VerdictRequestSchema } from './verdict-request.ts'
import type { VerdictRequest } from './verdict-request.ts'

export interface VerdictDoorOptions extends Omit<DecisionDoorOptions, 'hadPolicies'> {
  readonly statistics: Pick<Statistics, 'count'>
}

interface Verdict {
  readonly decision: 'PERMIT' | 'DENY' | 'INDETERMINATE'
  readonly statusMessage: string
}

const permit: Verdict = { decision: 'PERMIT', statusMessage: 'OPA Allowed' }
const deny: Verdict = { decision: 'DENY', statusMessage: 'OPA Denied' }
const indeterminate = (statusMessage: string): Verdict => ({
  decision: 'INDETERMINATE',
  statusMessage,
})

const counters: Readonly<Record<Verdict['decision'], Counter>> = {
  PERMIT: 'permitDecisionsCount',
  DENY: 'denyDecisionsCount',
  INDETERMINATE: 'indeterminantDecisionsCount',
}

const bodyBytes = 10 * 1024 * 1024

/** `POST /policy/pdpx/v1/decision`: the first form of the API, where a rule's boolean becomes a verdict. */
export function verdictDoor({ administration, decide, statistics }: VerdictDoorOptions): Hono {
  const door = new Hono()
  door.use('/', responseHeaders('Unknown'), async (c, next) => {
    await next()
    if (c.res.status !== 200) statistics.count('totalErrorCount')
  })
  door.all('/', async (c, next) => {
    if (administration.state() !== 'ACTIVE') return refuse(c, 500, passive)
    if (c.req.method === 'POST') return next()
    return refuse(c, 405, ['Only POST Method Allowed', `${c.req.method} MethodNotAllowed`])
  })
  door.post('/', limitBody(bodyBytes, tooLarge), async (c) => {
    const reading = readRequest(await c.req.text(), VerdictRequestSchema)
    if ('undecodable' in reading) return undecodable(c, reading.undecodable)
    const request = 'request' in reading ? reading.request : { policyName: '' }
    return request.policyName === '' ? refuse(c, 400, nameless) : answer(c, request)
  })
  return door

  function answer(c: Context, request: VerdictRequest): Response {
    const { policyName } = request
    try {
      const { decision, statusMessage } = verdictOn(request)
      statistics.count(counters[decision], policyOf(policyName))
      return jsonAnswer(c, 200, { decision, policyName, statusMessage })
    } catch (error) {
      return refuse(c, 500, ['OPA instance creation error', messageOf(error)], policyName)
    }
  }

  function verdictOn({ policyName, input }: VerdictRequest): Verdict {
    try {
      const { result } = decide(
        pathOf(policyName),
        input === undefined ? input : sourceOfValue(input),
      )
      return verdictOf(result, policyName)
    } catch (error) {
      // One of our own: the engine may not decide at all.
      if (error instanceof VedetteError) throw error
      return indeterminate(messageOf(error))
    }
  }

  /** The policy in force that has the rule. */
  function policyOf(ruleName: string): string | undefined {
    const rule = pathOf(ruleName).join('.')
    return administration.policies().find(({ name }) => rule.startsWith(`${name}.`))?.name
  }
}

function verdictOf(result: Json | undefined, policyName: string): Verdict {
  if (result === true) return permit
  if (result === false) return deny
  return indeterminate(
    result === undefined
      ? `opa_undefined_error: ${policyName} decision was undefined`
      : `${policyName} is neither true nor false`,
  )
}

function pathOf(policyName: string): readonly string[] {
  return policyName.split(/[./]/).filter(Boolean)
}

/** What is wrong, and how in detail; in the words of the time. */
type Refusal = readonly [errorMessage: string, ...errorDetails: string[]]

const passive: Refusal = [
  'System Is In PASSIVE State so Unable To Handle Decision wait until it becomes ACTIVE',
  'System Is In PASSIVE State so error Handling the request',
]
const nameless: Refusal = ['policy details not provided', 'Policy used to make decision is nil']

function tooLarge(c: Context): Response {
  return undecodable(c, 'http: request body too large')
}

function undecodable(c: Context, why: string): Response {
  return refuse(c, 400, ['Error decoding the request', why])
}

function refuse(
  c: Context,
  status: 400 | 405 | 500,
  [errorMessage, ...errorDetails]: Refusal,
  policyName = '',
): Response {
  const responseCode = status === 400 ? 'bad_request' : 'internal_error'
  return jsonAnswer(c, status, { errorMessage, errorDetails, policyName, responseCode })
}
