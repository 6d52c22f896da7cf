import { VedetteError } from '@vedette/core/errors'
import { EvaluationError } from '@vedette/core/evaluator/evaluator'
import type { Json } from '@vedette/core/json/json'
import fc from 'fast-check'
import { beforeEach, expect, test, vi } from 'vitest'

import type { DecisionDoorOptions } from './decision.ts'
import { emptyCatalog, openOnap } from './onap.support.ts'
import type { OnapDoorsOptions } from './onap.ts'

const decide = vi.fn<DecisionDoorOptions['decide']>()
const answers = (result?: Json): void => {
  decide.mockImplementation((path) => ({
    revision: '1.1',
    entrypoint: path.join('/'),
    reason: 'evaluated',
    ...(result !== undefined && { result }),
  }))
}
beforeEach(() => {
  decide.mockReset()
  answers(true)
})

const policies = [{ name: 'action', version: '1.0.0' }]

function opened(options: Partial<OnapDoorsOptions> = {}) {
  const ask = openOnap({
    catalog: { ...emptyCatalog, policies: () => policies },
    decide,
    ...options,
  })
  const pdpx = async (body: string, method = 'POST'): Promise<Response> =>
    ask('/policy/pdpx/v1/decision', { method, ...(method === 'POST' && { body }) })
  return {
    ask,
    pdpx,
    told: async (question: object) => (await pdpx(JSON.stringify(question))).json(),
    statistics: async (): Promise<unknown> => (await ask('/policy/pdpx/v1/statistics')).json(),
  }
}

/** The body of the curl call that the API was published with. */
const seed =
  '{"onapName":"CDS","onapComponent":"CDS","onapInstance":"CDS", "currentDate": "2024-11-22", "currentTime": "2024-11-22T11:34:56Z", "timeZone": "UTC", "timeOffset": "+05:30", "currentDateTime": "2024-11-22T12:08:00Z","policyName":"action/allow","input":{"user":"alice","action":"delete","type":"server"}}'

test('the published request works as it was published', async () => {
  const { ask } = opened()
  const answer = await ask('/policy/pdpx/v1/decision', {
    method: 'POST',
    body: seed,
    headers: { 'X-ONAP-RequestID': '8e6f784e-c9cb-42f6-bcc9-edb5d0af1ce1' },
  })
  expect([answer.status, await answer.json()]).toEqual([
    200,
    { decision: 'PERMIT', policyName: 'action/allow', statusMessage: 'OPA Allowed' },
  ])
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'application/json',
    'x-onap-requestid': '8e6f784e-c9cb-42f6-bcc9-edb5d0af1ce1',
    'x-latestversion': '1.0.0',
    'x-minorversion': '0',
    'x-patchversion': '0',
  })
  const [path, input] = decide.mock.lastCall ?? []
  expect([path, input?.value()]).toEqual([
    ['action', 'allow'],
    { user: 'alice', action: 'delete', type: 'server' },
  ])
})

const undefinedRule = 'opa_undefined_error: action/allow decision was undefined'
const noBoolean = 'action/allow is neither true nor false'

test.for([
  [true, 'PERMIT', 'OPA Allowed'],
  [false, 'DENY', 'OPA Denied'],
  [undefined, 'INDETERMINATE', undefinedRule],
  ['true', 'INDETERMINATE', noBoolean],
  [{ allow: true }, 'INDETERMINATE', noBoolean],
  [null, 'INDETERMINATE', noBoolean],
] as const)('%j is %s', async ([result, decision, statusMessage]) => {
  answers(result)
  const question = { policyName: 'action/allow', input: {} }
  expect(await opened().told(question)).toEqual({
    decision,
    policyName: 'action/allow',
    statusMessage,
  })
})

test('an evaluation that fails is INDETERMINATE, in the words of the engine', async () => {
  decide.mockImplementation(() => {
    throw new EvaluationError('ERR_EVALUATION', 'action:3: eval_conflict_error: …')
  })
  expect(await opened().told({ policyName: 'action/allow' })).toEqual({
    decision: 'INDETERMINATE',
    policyName: 'action/allow',
    statusMessage: 'action:3: eval_conflict_error: …',
  })
})

test.for([
  ['cell.consistency/allow', ['cell', 'consistency', 'allow']],
  ['a/b/c', ['a', 'b', 'c']],
  ['/action/allow/', ['action', 'allow']],
  ['allow', ['allow']],
] as const)('%s asks for %j', async ([policyName, path]) => {
  await opened().told({ policyName, input: false })
  expect(decide.mock.lastCall?.[0]).toEqual(path)
  expect(decide.mock.lastCall?.[1]?.value()).toBe(false)
})

test('no input is no input', async () => {
  await opened().told({ policyName: 'action/allow' })
  expect(decide).toHaveBeenCalledWith(['action', 'allow'], undefined)
})

test.for([
  ['', 400, 'Error decoding the request'],
  ['{"policyName":', 400, 'Error decoding the request'],
  ['{"policyName":7}', 400, 'Error decoding the request'],
  ['{}', 400, 'policy details not provided'],
  ['{"policyName":""}', 400, 'policy details not provided'],
] as const)('%s is %i', async ([body, status, errorMessage]) => {
  const answer = await opened().pdpx(body)
  expect([answer.status, await answer.json()]).toEqual([
    status,
    {
      errorMessage,
      errorDetails: [expect.any(String)],
      policyName: '',
      responseCode: 'bad_request',
    },
  ])
})

test('a PDP that may not decide gives no verdict', async () => {
  const state = vi.fn(() => 'PASSIVE' as const)
  const passive = opened({ catalog: { ...emptyCatalog, state } })
  const answer = await passive.pdpx(seed)
  expect([answer.status, await answer.json()]).toMatchObject([
    500,
    {
      errorMessage: expect.stringContaining('System Is In PASSIVE State'),
      responseCode: 'internal_error',
    },
  ])
  decide.mockImplementation(() => {
    throw new VedetteError('ERR_STALE', 'too old')
  })
  const stale = await opened().pdpx(seed)
  expect([stale.status, await stale.json()]).toMatchObject([500, { errorDetails: ['too old'] }])
})

test('another method, and no credential', async () => {
  const { pdpx, ask } = opened()
  expect((await pdpx('', 'GET')).status).toBe(405)
  const headers = { authorization: 'Basic x' }
  expect((await ask('/policy/pdpx/v1/decision', { method: 'POST', headers })).status).toBe(401)
  expect((await ask('/policy/pdpx/v1/data')).status).toBe(404)
})

test('every counter counts, however many ask at once, and is a metric by policy and outcome', async () => {
  const { ask, pdpx, statistics } = opened()
  const results = [true, true, false, undefined, 'text', true]
  decide.mockImplementation(() => {
    const result = results.pop()
    const decided = { revision: '1.1', entrypoint: 'action/allow', reason: 'evaluated' } as const
    return result === undefined ? decided : { ...decided, result }
  })
  await Promise.all(results.map(() => pdpx(seed)))
  await Promise.all([pdpx('{}'), pdpx('', 'PUT'), pdpx('{')])
  expect(await statistics()).toEqual({
    code: 200,
    denyDecisionsCount: 1,
    deployFailureCount: 0,
    deploySuccessCount: 0,
    indeterminantDecisionsCount: 2,
    permitDecisionsCount: 3,
    totalErrorCount: 3,
    totalPoliciesCount: 1,
    totalPolicyTypesCount: 1,
    undeployFailureCount: 0,
    undeploySuccessCount: 0,
  })
  const lines = (await (await ask('/metrics')).text()).split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      'vedette_policy_decisions_total{policy="action",outcome="permit"} 3',
      'vedette_policy_decisions_total{policy="action",outcome="deny"} 1',
      'vedette_policy_decisions_total{policy="action",outcome="indeterminate"} 2',
      'pdpo_policy_decisions_total 0',
    ]),
  )
})

test('whatever is sent is answered in the words of the door', async () => {
  const { pdpx } = opened()
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .tuple(fc.json(), fc.json())
      .map(([name, input]) => `{"policyName":${name},"input":${input}}`),
  )
  await fc.assert(
    fc.asyncProperty(body, async (text) => {
      const answer = await pdpx(text)
      expect([200, 400]).toContain(answer.status)
      const told = (await answer.json()) as object
      expect(told).toHaveProperty(answer.status === 200 ? 'decision' : 'responseCode')
    }),
    { numRuns: 50 },
  )
})
