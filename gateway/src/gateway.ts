import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import type { Digest } from '@vedette/core/bundle/digest'
import { VedetteError } from '@vedette/core/errors'
import { capabilities } from '@vedette/core/evaluator/builtins/capabilities'
import type { Decision } from '@vedette/core/evaluator/decision'
import type { Json } from '@vedette/core/json/json'
import type { JsonSource } from '@vedette/core/json/source'
import { createLocalEvaluator } from '@vedette/core/replica/local-evaluator'
import { followOpal } from '@vedette/core/replica/opal-document'
import { withOpal } from '@vedette/core/replica/opal-view'
import { createReadiness } from '@vedette/core/replica/readiness'
import { openReplica } from '@vedette/core/replica/replica'
import { canDecide } from '@vedette/core/replica/standing'
import type { Logger } from 'pino'

import { openCallbacks } from './callbacks/callbacks.ts'
import type { Catalog } from './catalog/catalog.ts'
import { openCatalog } from './catalog/catalog.ts'
import { openSqliteStore } from './catalog/sqlite-store.ts'
import { createCompiler } from './compiler/compiler.ts'
import type { GatewayConfig } from './config.ts'
import { joinDataTopic } from './data-topic/data-topic.ts'
import { startDistribution } from './distribution/distribution.ts'
import { createExplain } from './explain.ts'
import { openFleet } from './health/fleet.ts'
import { createLag } from './health/lag.ts'
import { logReports } from './health/report-log.ts'
import { createRequired } from './health/required.ts'
import { createTargets } from './health/targets.ts'
import { createTransactions } from './health/transactions.ts'
import { followTrouble } from './health/trouble.ts'
import { createApp } from './http/app.ts'
import { callbackReportDoor } from './http/callback-report.ts'
import { callbacksDoor } from './http/callbacks.ts'
import { consoleDoors } from './http/console.ts'
import { dataConfigDoor } from './http/data-config.ts'
import { dataQueryDoor } from './http/data-query.ts'
import { dataUpdaterDoor } from './http/data-updater.ts'
import { addFleetMetrics } from './http/fleet-metrics.ts'
import { fleetDoor } from './http/fleet.ts'
import { healthDoor } from './http/health.ts'
import { onapDoors } from './http/onap/onap.ts'
import { countUpdates, createStatistics } from './http/onap/statistics.ts'
import { openapiDoor } from './http/openapi/openapi.ts'
import { listen } from './http/server.ts'
import { syncDoor } from './http/sync.ts'
import { tokensDoor } from './http/tokens.ts'
import { updatesDoor } from './http/updates.ts'
import type { Topic } from './kafka/topic.ts'
import { watchTopic } from './kafka/watched-topic.ts'
import type { Keys } from './keys.ts'
import { ownWord } from './own-word.ts'
import { createPapSession } from './pap/session.ts'
import { createGate } from './parity/gate.ts'
import { pdpNameOf } from './pdp-name.ts'
import { startPreload } from './preload/preload.ts'
import { openDataUpdates } from './sources/data-updates.ts'
import type { DataUpdates } from './sources/data-updates.ts'

export interface GatewayOptions {
  readonly config: GatewayConfig
  readonly keys: Keys
  /** The Go helper's binary. */
  readonly helperPath: string
  /** The topic shared with the PAP; without one, no PAP can reach this gateway. */
  readonly topic?: Topic
  /** The topic by which PDPs tell each other of patched data; without one a patch is applied here alone. */
  readonly patches?: Topic
  readonly log: Logger
}

export interface Gateway {
  readonly url: string
  readonly pdpName: string
  /** Resolves when the PAP has been told that this PDP is there; with a broker that is away, that may be never. */
  readonly registered: Promise<void>
  close(): Promise<void>
}

const scope = 'default'

/** Wires the house: decides nothing itself. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, keys, log, patches } = options
  const topic = options.topic && watchTopic(options.topic)
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  const store = await openSqliteStore(join(config.dataDir, 'vedette.db'))
  const compiler = createCompiler({ helperPath: options.helperPath, builtins: capabilities, log })
  const evaluator = createLocalEvaluator()
  const { signer, trust } = ownWord(keys.signer, keys.trust)
  const catalog: Catalog = await openCatalog({
    store,
    compiler,
    gate: createGate({
      compiler,
      withdraw: (policy, reason) => catalog.withdraw(policy, reason),
      log,
    }),
    signer,
    scope,
    tryOut: evaluator.tryOut,
    loosePrefixes: config.loosePrefixes,
    hidesOpal: !config.healthForPolicies,
    log,
  })
  const pdpName = config.pdpName ?? (await pdpNameOf(store))

  const own = await openReplica({
    id: pdpName,
    kind: 'gateway',
    scope,
    trust,
    activate: evaluator.activate,
    fetchBlob: (digest) => contentIn(catalog, digest),
  })
  const fleet = await openFleet({ store, log })
  logReports(fleet, log)
  const lagOf = createLag(catalog)
  let lacking: DataUpdates['lacking'] = () => []
  const readiness = createReadiness({
    updaters: config.updaters,
    sources: () => lacking(),
    startedAt: Date.now(),
  })
  const transactions = createTransactions({
    own,
    catalog,
    readiness,
    before: fleet.member(pdpName),
    tell(status) {
      evaluator.setOpal(opal())
      void fleet.heard(status)
    },
    log,
  })
  const opal = followOpal(transactions.log, transactions.standing)
  const distribution = await startDistribution({
    catalog,
    own,
    fleet,
    scope,
    edges: config.edges,
    token: config.token,
    log,
  })

  const preload = await startPreload({
    dir: config.preloadDir,
    administration: catalog,
    store,
    log,
  })
  // Without a PAP nobody else could.
  if (config.preloadDir !== undefined && !topic) await catalog.setState('ACTIVE')

  const required = createRequired({
    fleet,
    latest: () => catalog.head()?.head,
    names: () => [pdpName, ...distribution.hubs()],
  })
  const trouble = followTrouble({ catalog, required, patienceMs: config.unhealthyAfterMs })

  const targets = createTargets(config.allowedTargets)
  const callbacks = await openCallbacks({
    config: config.callbacks,
    store,
    catalog,
    fleet,
    required,
    targets,
    gateway: pdpName,
    log,
  })
  const data = await openDataUpdates({
    config,
    scope,
    catalog,
    store,
    transactions,
    callbacks,
    targets,
  })
  lacking = data.lacking
  const decide = (path: readonly string[], input: JsonSource | undefined): Decision =>
    evaluator.decide(path, input, Date.now())
  const seen = (document: Json): Json =>
    config.healthForPolicies ? withOpal(document, opal()) : document
  const statistics = createStatistics()
  const app = createApp({
    origins: config.origins,
    host: config.host,
    log,
    doors: {
      '/': healthDoor({
        token: config.token,
        ready: () => readiness.ready(transactions.log()),
        healthy: () => readiness.healthy(transactions.log()),
      }),
      '/v1/data': dataQueryDoor({
        token: config.token,
        own,
        decide,
        explain: createExplain({ catalog, compiler, decide, seen }),
        opalDocument: opal,
      }),
      '/data/config': dataConfigDoor({
        token: config.token,
        ...data,
        required,
        callbacks,
      }),
      '/data-updater': dataUpdaterDoor({
        token: config.token,
        ...data,
        isOn: config.updaters.data,
      }),
      '/data/callback_report': callbackReportDoor({ token: config.token, log }),
      '/callbacks': callbacksDoor({ token: config.token, callbacks }),
      '/updates': updatesDoor({ token: config.token, accounts: callbacks.accounts }),
      '/sync/v1': syncDoor({ catalog, streams: distribution.streams, fleet, keys, scope }),
      '/tokens': tokensDoor({ token: config.token, keys, scope }),
      '/fleet': fleetDoor({ token: config.token, fleet, lagOf }),
      ...onapDoors({
        catalog,
        own,
        decide,
        api: config.api,
        asker: config.asker,
        token: config.token,
        pdpName,
        ready: () => canDecide(own.active()?.head, Date.now()),
        trouble: () => topic?.trouble(),
        compiler,
        statistics,
        addMetrics: (registry) =>
          addFleetMetrics(registry, { fleet, lagOf, transactions: transactions.log }),
        ...(patches && {
          dataTopic: joinDataTopic({
            topic: patches,
            catalog,
            pdpName,
            log,
            heard: (applied) =>
              statistics.count(
                applied ? 'dynamicDataUpdateSuccessCount' : 'dynamicDataUpdateFailureCount',
              ),
          }),
        }),
      }),
      '/openapi.json': openapiDoor(),
      ...consoleDoors({ scope, trust: keys.jwks, workers: config.edges }),
    },
  })
  const server = await listen(app.fetch, config)
  const administration = countUpdates(preload.administration, statistics)
  const session =
    topic && config.updaters.policy
      ? createPapSession({
          topic,
          administration,
          pdp: { name: pdpName, ...config.pdp },
          answers: store,
          trouble,
          log,
        })
      : undefined

  return {
    url: server.url,
    pdpName,
    registered: session?.start() ?? Promise.resolve(),
    async close() {
      await session?.stop()
      await preload.close()
      await data.close()
      await callbacks.close()
      await distribution.close()
      await server.close()
      await compiler.close()
      await catalog.close()
    },
  }
}

async function contentIn(catalog: Catalog, digest: Digest): Promise<Uint8Array> {
  const bytes = await catalog.blob(digest)
  if (!bytes) throw new VedetteError('ERR_CONTENT', `the catalogue has no content ${digest}`)
  return bytes
}
