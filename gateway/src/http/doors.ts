import type { Decision } from '@vedette/core/evaluator/decision'
import type { Json } from '@vedette/core/json/json'
import type { JsonSource } from '@vedette/core/json/source'
import { withOpal } from '@vedette/core/replica/opal-view'
import { canDecide } from '@vedette/core/replica/standing'
import type { Logger } from 'pino'

import type { CatalogStore } from '../catalog/store.ts'
import type { GatewayConfig } from '../config.ts'
import type { DataFlow } from '../data-flow.ts'
import { joinDataTopic } from '../data-topic/data-topic.ts'
import type { Streams } from '../distribution/streams.ts'
import type { Health } from '../health/health.ts'
import type { Topic } from '../kafka/topic.ts'
import type { Keys } from '../keys/keys.ts'
import type { Pdp } from '../pdp.ts'
import type { AppOptions } from './app.ts'
import { consoleDoors } from './console.ts'
import { dataQueryDoor } from './data-query.ts'
import { createExplain } from './explain.ts'
import { addFleetMetrics } from './fleet-metrics.ts'
import { fleetDoor } from './fleet.ts'
import { onapDoors } from './onap/onap.ts'
import type { Statistics } from './onap/statistics.ts'
import { opalDoors } from './opal/opal.ts'
import { openapiDoor } from './openapi/openapi.ts'
import { syncDoor } from './sync.ts'
import { tokensDoor } from './tokens.ts'

/** What there is behind the doors. */
export interface House
  extends
    Pick<Pdp, 'compiler' | 'catalog' | 'own'>,
    Pick<Health, 'fleet' | 'lagOf' | 'readiness' | 'transactions' | 'opal'>,
    Pick<DataFlow, 'required' | 'callbacks' | 'data'> {
  readonly config: GatewayConfig
  readonly keys: Keys
  readonly scope: string
  readonly pdpName: string
  readonly store: CatalogStore
  readonly decide: (path: readonly string[], input: JsonSource | undefined) => Decision
  readonly streams: Streams
  readonly statistics: Statistics
  /** What is wrong with the PAP's topic. */
  readonly trouble: () => string | undefined
  readonly patches: Topic | undefined
  readonly log: Logger
}

/** Path prefix → the resource behind it. */
export function openDoors(house: House): AppOptions['doors'] {
  const { config, keys, scope, fleet, lagOf } = house
  return {
    '/v1/data': questionsDoor(house),
    '/sync/v1': syncDoor({ ...house }),
    '/tokens': tokensDoor({ token: config.token, keys, scope }),
    '/fleet': fleetDoor({ token: config.token, fleet, lagOf }),
    ...opalDoors({ ...house, token: config.token, updatesData: config.updaters.data }),
    ...onap(house),
    '/openapi.json': openapiDoor(),
    ...consoleDoors({ scope, trust: keys.jwks, workers: config.edges }),
  }
}

function questionsDoor(house: House): ReturnType<typeof dataQueryDoor> {
  const { config, opal } = house
  const seen = (document: Json): Json =>
    config.healthForPolicies ? withOpal(document, opal()) : document
  return dataQueryDoor({
    ...house,
    token: config.token,
    explain: createExplain({ ...house, seen }),
    opalDocument: opal,
  })
}

function onap(house: House): AppOptions['doors'] {
  const { config, own, fleet, lagOf, streams, transactions, patches } = house
  return onapDoors({
    ...house,
    api: config.api,
    asker: config.asker,
    token: config.token,
    ready: () => canDecide(own.active()?.head, Date.now()),
    addMetrics: (registry) =>
      addFleetMetrics(registry, { fleet, lagOf, streams, transactions: transactions.log }),
    ...(patches && { dataTopic: countedDataTopic(house, patches) }),
  })
}

/** A patch through Kafka counts when it is applied. */
function countedDataTopic(
  { catalog, store, pdpName, statistics, log }: House,
  topic: Topic,
): ReturnType<typeof joinDataTopic> {
  return joinDataTopic({
    topic,
    catalog,
    store,
    pdpName,
    log,
    heard: (applied) =>
      statistics.count(applied ? 'dynamicDataUpdateSuccessCount' : 'dynamicDataUpdateFailureCount'),
  })
}
