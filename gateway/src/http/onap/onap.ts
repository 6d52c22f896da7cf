import { Hono } from 'hono'
import type { MiddlewareHandler } from 'hono'

import type { Catalog } from '../../catalog/catalog.ts'
import { atLeast } from '../at-least.ts'
import { basic, basicBut, basicOrBearer } from '../auth.ts'
import type { Account } from '../auth.ts'
import { countDataRequests, countDecisions } from './counting.ts'
import { dataDoor } from './data.ts'
import type { DataDoorOptions } from './data.ts'
import type { DecisionDoorOptions } from './decision.ts'
import { decisionDoor } from './decision.ts'
import type { AddMetrics, Metrics } from './metrics.ts'
import { createMetrics } from './metrics.ts'
import type { HealthcheckOptions } from './monitoring.ts'
import { decisionCounters, healthcheck, statisticsReport, verdictCounters } from './monitoring.ts'
import { requestIdHeader, responseHeaders } from './response-headers.ts'
import type { Statistics } from './statistics.ts'
import type { SyntaxTreeDoorOptions } from './syntax-tree.ts'
import { syntaxTreeDoor } from './syntax-tree.ts'
import { verdictDoor } from './verdict.ts'

export interface OnapDoorsOptions
  extends
    Pick<DecisionDoorOptions, 'decide'>,
    Pick<DataDoorOptions, 'dataTopic' | 'required'>,
    HealthcheckOptions,
    SyntaxTreeDoorOptions {
  readonly catalog: DataDoorOptions['catalog'] & Pick<Catalog, 'policies' | 'state'>
  readonly own: Parameters<typeof atLeast>[0]
  readonly api: Account
  /** May ask for decisions and watch, but neither see nor change what policies decide by. Unset: there is none. */
  readonly asker: Account
  /** The publisher's token, as good as `api` for who collects metrics. */
  readonly token: string
  /** Whether a decision would be made now. */
  readonly ready: () => boolean
  readonly statistics: Statistics
  readonly addMetrics?: AddMetrics
}

type OnapPath = '/policy/pdpo/v1' | '/policy/pdpx/v1' | '/metrics' | '/opa/listpolicies'

/** What ONAP components, and those who watch them, know of a PDP. */
export function onapDoors(options: OnapDoorsOptions): Readonly<Record<OnapPath, Hono>> {
  const { api, asker, token, catalog } = options
  const metrics = createMetrics(options.statistics, options.addMetrics)
  const measurements = new Hono()
  measurements.all('/', basicOrBearer([api, asker], token), async (c) =>
    c.body(await metrics.text(), 200, { 'content-type': metrics.contentType }),
  )
  const account = basic(api, asker)
  const policies = new Hono()
  policies.all('/', account, (c) => c.json({ policies: catalog.policies() }))
  return {
    '/policy/pdpo/v1': decisionApi(options, account, metrics),
    '/policy/pdpx/v1': verdictApi(options, account),
    '/metrics': measurements,
    '/opa/listpolicies': policies,
  }
}

function decisionApi(
  options: OnapDoorsOptions,
  account: MiddlewareHandler,
  metrics: Metrics,
): Hono {
  const { api, asker, catalog, decide, statistics, ready } = options
  const counting = { statistics, metrics }
  const door = new Hono()
  door.all('/readiness', (c) => (ready() ? c.text('Ready') : c.text('Not Ready', 503)))
  door.use('/decision', account, atLeast(options.own), countDecisions(counting))
  const { counts } = statistics
  const hadPolicies = (): boolean => counts.deploySuccessCount + counts.undeploySuccessCount > 0
  door.route('/decision', decisionDoor({ administration: catalog, decide, hadPolicies }))
  door.use('/data/*', basicBut(asker, api), countDataRequests(counting))
  door.route('/data', dataDoor(options))
  door.use('/generateast', account)
  door.route('/generateast', syntaxTreeDoor(options))
  addMonitoring(door, { ...options, account, counters: decisionCounters })
  return door
}

function verdictApi(options: OnapDoorsOptions, account: MiddlewareHandler): Hono {
  const door = new Hono()
  door.use('/decision', account, atLeast(options.own))
  door.route('/decision', verdictDoor({ ...options, administration: options.catalog }))
  addMonitoring(door, { ...options, account, counters: verdictCounters })
  return door
}

const noRequestId = '000000000000'

interface Monitored extends OnapDoorsOptions {
  readonly account: MiddlewareHandler
  readonly counters: typeof decisionCounters
}

function addMonitoring(door: Hono, options: Monitored): void {
  const { account, counters, statistics, catalog } = options
  door.all('/healthcheck', account, responseHeaders(noRequestId), healthcheck(options))
  door.all(
    '/statistics',
    account,
    requestIdHeader(noRequestId),
    statisticsReport({ counts: statistics.counts, counters, policies: () => catalog.policies() }),
  )
}
