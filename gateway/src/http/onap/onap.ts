import { Hono } from 'hono'

import type { Catalog } from '../../catalog/catalog.ts'
import { basic, basicOrBearer } from '../auth.ts'
import { countDataRequests, countDecisions } from './counting.ts'
import { dataDoor } from './data.ts'
import type { DataDoorOptions } from './data.ts'
import type { DecisionDoorOptions } from './decision.ts'
import { decisionDoor } from './decision.ts'
import type { Metrics } from './metrics.ts'
import { createMetrics } from './metrics.ts'
import { requestIdHeader, responseHeaders } from './response-headers.ts'
import type { Statistics } from './statistics.ts'

export interface OnapDoorsOptions
  extends Pick<DecisionDoorOptions, 'decide'>, Pick<DataDoorOptions, 'dataTopic'> {
  readonly catalog: DataDoorOptions['catalog'] & Pick<Catalog, 'policies' | 'state'>
  readonly api: { readonly user: string; readonly password: string }
  /** The publisher's token, as good as `api` for who collects metrics. */
  readonly token: string
  readonly pdpName: string
  readonly statistics: Statistics
}

const noRequestId = '000000000000'

/** What ONAP components, and those who watch them, know of a PDP. */
export function onapDoors(
  options: OnapDoorsOptions,
): Readonly<Record<'/policy/pdpo/v1' | '/metrics' | '/opa/listpolicies', Hono>> {
  const { api, token, catalog } = options
  const metrics = createMetrics(options.statistics)
  const measurements = new Hono()
  measurements.all('/', basicOrBearer(api, token), async (c) =>
    c.body(await metrics.text(), 200, { 'content-type': metrics.contentType }),
  )
  const policies = new Hono()
  policies.all('/', basic(api), (c) => c.json({ policies: catalog.policies() }))
  return {
    '/policy/pdpo/v1': apiDoor(options, metrics),
    '/metrics': measurements,
    '/opa/listpolicies': policies,
  }
}

function apiDoor(options: OnapDoorsOptions, metrics: Metrics): Hono {
  const { api, catalog, decide, pdpName, statistics } = options
  const alive = { code: 200, healthy: true, message: 'alive', name: pdpName, url: 'self' }
  const counting = { statistics, metrics }
  const door = new Hono()
  door.all('/readiness', (c) => c.text('Ready'))
  door.use('/decision', basic(api), countDecisions(counting))
  door.route('/decision', decisionDoor({ administration: catalog, decide }))
  door.use('/data/*', basic(api), countDataRequests(counting))
  door.route('/data', dataDoor(options))
  door.all('/healthcheck', basic(api), responseHeaders(noRequestId), (c) =>
    c.body(`${JSON.stringify(alive)}\n`, 200, { 'content-type': 'application/json' }),
  )
  door.all('/statistics', basic(api), requestIdHeader(noRequestId), (c) => {
    const totals = { totalPoliciesCount: catalog.policies().length, totalPolicyTypesCount: 1 }
    const report = { code: 200, ...statistics.counts, ...totals }
    return c.body(`${JSON.stringify(report)}\n`, 200, { 'content-type': 'application/json' })
  })
  return door
}
