import { readFile } from 'node:fs/promises'

import { expect, test, vi } from 'vitest'

import { CatalogError } from '../../catalog/catalog-error.ts'
import type { Administration, UpdateOutcome } from '../../pap/administration.ts'
import { authorization as basic, emptyCatalog, openOnap } from './onap.support.ts'
import type { Asking } from './onap.support.ts'
import type { OnapDoorsOptions } from './onap.ts'
import { countUpdates, createStatistics } from './statistics.ts'

interface Recorded {
  readonly path: string
  readonly answer: string
}

const recording = JSON.parse(
  await readFile(new URL('fixtures/data.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly Recorded[] }

const policies = [
  { name: 'role', version: '1.0.0' },
  { name: 'cell.consistency', version: '1.0.1' },
]
const role = { name: 'role', version: '1.0.0' }

/** A gateway's doors as they are after a start. */
function opened(options: Partial<OnapDoorsOptions> = {}) {
  const statistics = createStatistics()
  const patchData = vi.fn<OnapDoorsOptions['catalog']['patchData']>()
  patchData.mockResolvedValue({ epoch: 1, sequence: 1 })
  const door = openOnap({
    catalog: {
      ...emptyCatalog,
      policies: () => policies,
      document: () => ({ node: { role: 1 } }),
      dataPaths: () => [['node', 'role']],
      patchData,
    },
    decide: () => ({ revision: '1.1', entrypoint: 'role', reason: 'evaluated', result: {} }),
    statistics,
    ...options,
  })
  const ask = (path: string, { headers, ...asking }: Asking = {}, authorization = basic) =>
    door(path, { ...asking, headers: { authorization, ...headers } })
  const post = (path: string, body: object, method = 'POST') =>
    ask(`/policy/pdpo/v1${path}`, { method, body: JSON.stringify(body) })
  return {
    ask,
    patchData,
    statistics,
    decide: (policyName = 'role') =>
      post('/decision', { policyName, policyFilter: [''], input: {} }),
    patch: (op = 'add') =>
      post(
        '/data/node/role',
        { policyName: 'role', data: [{ op, path: '/x', value: 1 }] },
        'PATCH',
      ),
    counts: async () => (await ask('/policy/pdpo/v1/statistics')).json(),
    metrics: async () => (await ask('/metrics')).text(),
  }
}

const nothing = {
  code: 200,
  decisionFailureCount: 0,
  decisionSuccessCount: 0,
  deployFailureCount: 0,
  deploySuccessCount: 0,
  dynamicDataUpdateFailureCount: 0,
  dynamicDataUpdateSuccessCount: 0,
  totalErrorCount: 0,
  totalPoliciesCount: 2,
  totalPolicyTypesCount: 1,
  undeployFailureCount: 0,
  undeploySuccessCount: 0,
}

test('statistics have the members recorded, and begin with nothing', async () => {
  const { ask, counts } = opened()
  const recorded = recording.cases.find(({ path }) => path.endsWith('/statistics'))
  const members = Object.keys(JSON.parse(recorded?.answer ?? '') as object)
  expect(Object.keys(nothing).toSorted()).toEqual(members.toSorted())
  expect(await counts()).toEqual(nothing)
  const id = '7E9A8B0C-0000-4000-8000-000000000001'
  const answer = await ask('/policy/pdpo/v1/statistics', { headers: { 'X-ONAP-RequestID': id } })
  expect(answer.headers.get('x-onap-requestid')).toBe(id.toLowerCase())
  expect(answer.headers.get('x-latestversion')).toBeNull()
  expect((await ask('/policy/pdpo/v1/statistics')).headers.get('x-onap-requestid')).toBe(
    '000000000000',
  )
})

test('every decision counts, however many are asked for at once; who may not ask does not', async () => {
  const { ask, decide, counts } = opened()
  const questions = Array.from({ length: 40 }, (_, index) => decide(index % 4 ? 'role' : 'no'))
  await Promise.all(questions)
  await ask('/policy/pdpo/v1/decision')
  await ask('/policy/pdpo/v1/decision', { method: 'POST' }, 'Basic wrong')
  expect(await counts()).toEqual({
    ...nothing,
    decisionSuccessCount: 30,
    decisionFailureCount: 11,
    totalErrorCount: 11,
  })
})

test('only a PATCH is an update; what else fails with data is an error', async () => {
  const { ask, patch, patchData, counts } = opened()
  await patch()
  await patch('move')
  patchData.mockRejectedValueOnce(new CatalogError('ERR_NOT_FOUND', '/node/role/x: …'))
  await patch()
  await ask('/policy/pdpo/v1/data/node/role')
  await ask('/policy/pdpo/v1/data/node/no')
  await ask('/policy/pdpo/v1/data/node/role', { method: 'PUT' })
  expect(await counts()).toEqual({
    ...nothing,
    dynamicDataUpdateSuccessCount: 1,
    dynamicDataUpdateFailureCount: 2,
    totalErrorCount: 4,
  })
})

const outcome: UpdateOutcome = {
  deployed: [role, role, role],
  deployErrors: ['bad rego'],
  undeployed: [role, role],
  undeployErrors: ['still there'],
}

test('each policy of an update counts, and the administration is otherwise what it was', async () => {
  const { statistics, counts } = opened()
  const administration: Administration = {
    apply: vi.fn().mockResolvedValue(outcome),
    setState: vi.fn().mockResolvedValue(undefined),
    policies: () => policies,
    state: () => 'SAFE',
  }
  const counted = countUpdates(administration, statistics)
  const update = { deploy: [], undeploy: [], full: true }
  expect(await counted.apply(update)).toBe(outcome)
  expect(administration.apply).toHaveBeenCalledWith(update)
  await counted.setState('TEST')
  expect(administration.setState).toHaveBeenCalledWith('TEST')
  expect([counted.state(), counted.policies()]).toEqual(['SAFE', policies])
  expect(await counts()).toEqual({
    ...nothing,
    deploySuccessCount: 3,
    deployFailureCount: 1,
    undeploySuccessCount: 2,
    undeployFailureCount: 1,
    totalErrorCount: 2,
  })
})

test('names that were made up do not become metrics without end', async () => {
  const { statistics, metrics } = opened()
  for (let n = 0; n < 3_000; n++) statistics.count('deployFailureCount', `made-up-${n}`)
  statistics.count('deployFailureCount', 'made-up-1')
  const text = await metrics()
  expect(text.match(/^vedette_policy_deployments_total/gm)).toHaveLength(1_001)
  expect(text).toContain('{policy="made-up-1",outcome="failure"} 2')
  expect(text).toContain('vedette_policy_deployments_total{policy="",outcome="failure"} 2000')
})

test('the same counts, by the names that a Prometheus knows of the Go PDP, and by policy and outcome', async () => {
  const { ask, decide, patch, statistics, metrics } = opened()
  await Promise.all([decide(), decide(), decide('no'), patch(), patch('move')])
  await ask('/policy/pdpo/v1/data/node/no')
  for (const policy of ['role', 'role', 'cell', 'a']) statistics.count('deploySuccessCount', policy)
  for (const policy of ['no', 'no', 'role']) statistics.count('deployFailureCount', policy)
  for (const policy of ['role', 'cell']) statistics.count('undeploySuccessCount', policy)
  statistics.count('undeployFailureCount')
  await metrics()
  const lines = (await metrics()).split('\n')
  const helps = lines.filter((line) => /^# HELP (opa|pdpo)_/.test(line))
  expect(helps).toHaveLength(9)
  expect(lines).toEqual(
    expect.arrayContaining([
      '# HELP pdpo_policy_decisions_total Total Number of Decision Handler hits for OPA',
      '# TYPE pdpo_policy_decisions_total counter',
      'pdpo_policy_decisions_total 3',
      'pdpo_policy_deployments_total 4',
      'pdpo_policy_deployment_failures_total 3',
      'pdpo_policy_undeployments_success_total 2',
      'pdpo_policy_undeployments_failures_total 1',
      'pdpo_dynamic_data_success_total 1',
      'pdpo_dynamic_data_failures_total 1',
      '# HELP opa_decision_response_time_seconds Response time of OPA decision handler',
      '# TYPE opa_decision_response_time_seconds summary',
      'opa_decision_response_time_seconds_count 3',
      '# HELP opa_data_response_time_seconds Response time of OPA data handler',
      'opa_data_response_time_seconds_count 3',
      'vedette_policy_decisions_total{policy="role",outcome="success"} 2',
      'vedette_policy_decisions_total{policy="",outcome="failure"} 1',
      'vedette_policy_deployments_total{policy="role",outcome="success"} 2',
      'vedette_policy_deployments_total{policy="no",outcome="failure"} 2',
      'vedette_policy_undeployments_total{policy="cell",outcome="success"} 1',
      'vedette_data_updates_total{policy="role",outcome="success"} 1',
    ]),
  )
  expect(lines.join('\n')).toMatch(/^opa_decision_response_time_seconds_sum \d/m)
  expect(lines.join('\n')).toMatch(/^process_cpu_seconds_total \d/m)
  expect(lines.join('\n')).not.toContain('quantile="0.')
})

test.for([
  [basic, 200],
  ['Bearer secret', 200],
  ['Bearer wrong', 401],
  ['', 401],
] as const)('metrics for %j: %i', async ([authorization, status]) => {
  const answer = await opened().ask('/metrics', {}, authorization)
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/)
  expect(answer.headers.get('x-onap-requestid')).toBeNull()
})

test('the policies are listed by name and version, for whoever holds the account', async () => {
  const { ask } = opened()
  expect(await (await ask('/opa/listpolicies')).json()).toEqual({ policies })
  expect((await ask('/opa/listpolicies', {}, 'Bearer secret')).status).toBe(401)
  expect((await ask('/opa/listpolicies/')).status).toBe(404)
})

test('R13: a PDP that is in trouble is not healthy, one that does not decide is not ready', async () => {
  let trouble: string | undefined
  let ready = true
  const { ask } = opened({ trouble: () => trouble, ready: () => ready })
  const answer = await ask('/policy/pdpo/v1/healthcheck')
  expect(await answer.text()).toBe(
    '{"code":200,"healthy":true,"message":"alive","name":"opa-1","url":"self"}\n',
  )
  expect(answer.headers.get('x-onap-requestid')).toBe('000000000000')
  expect(answer.headers.get('x-latestversion')).toBe('1.0.0')
  const readiness = await ask('/policy/pdpo/v1/readiness', {}, '')
  expect([readiness.status, await readiness.text()]).toEqual([200, 'Ready'])
  trouble = 'the Kafka broker does not answer'
  ready = false
  for (const path of ['/policy/pdpo/v1/healthcheck', '/policy/pdpx/v1/healthcheck']) {
    const ill = await ask(path)
    expect([ill.status, await ill.json()]).toEqual([
      503,
      { code: 503, healthy: false, message: trouble, name: 'opa-1', url: 'self' },
    ])
    expect((await ask(path, {}, '')).status).toBe(401)
  }
  const unready = await ask('/policy/pdpo/v1/readiness', {}, '')
  expect([unready.status, await unready.text()]).toEqual([503, 'Not Ready'])
})

test('R17: a PATCH that was only accepted is no update yet', async () => {
  const { patch, counts } = opened({ dataTopic: { publish: () => Promise.resolve() } })
  expect((await patch()).status).toBe(202)
  expect(await counts()).toEqual(nothing)
})
