import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import type { Digest } from '@vedette/core/bundle/digest'
import { VedetteError } from '@vedette/core/errors'
import { capabilities } from '@vedette/core/evaluator/builtins/capabilities'
import { createLocalEvaluator } from '@vedette/core/replica/local-evaluator'
import { followOpal } from '@vedette/core/replica/opal-document'
import { createReadiness } from '@vedette/core/replica/readiness'
import { openReplica } from '@vedette/core/replica/replica'
import type { Logger } from 'pino'

import { openCallbacks } from './callbacks/callbacks.ts'
import type { Catalog } from './catalog/catalog.ts'
import { openCatalog } from './catalog/catalog.ts'
import { openSqliteStore } from './catalog/sqlite/store.ts'
import { createCompiler } from './compiler/compiler.ts'
import type { GatewayConfig } from './config.ts'
import { digestOf } from './digest.ts'
import { startDistribution } from './distribution/distribution.ts'
import { openFleet } from './health/fleet.ts'
import { createLag } from './health/lag.ts'
import { logReports } from './health/report-log.ts'
import { createRequired } from './health/required.ts'
import { createTargets } from './health/targets.ts'
import { createTransactions } from './health/transactions.ts'
import { followTrouble } from './health/trouble.ts'
import { createApp } from './http/app.ts'
import { openDoors } from './http/doors.ts'
import { countUpdates, createStatistics } from './http/onap/statistics.ts'
import { listen } from './http/server.ts'
import type { Topic } from './kafka/topic.ts'
import { watchTopic } from './kafka/watched-topic.ts'
import type { Keys } from './keys/keys.ts'
import { ownWord } from './keys/own-word.ts'
import { pdpNameOf } from './pap/pdp-name.ts'
import { createPapSession } from './pap/session.ts'
import { createGate } from './parity/gate.ts'
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
      withdraw: (checked, reason) => catalog.withdraw(checked, reason),
      idle: () => catalog.settled(),
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
    digester: digestOf,
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
  transactions.retell()
  const statistics = createStatistics()
  const app = createApp({
    origins: config.origins,
    host: config.host,
    log,
    doors: openDoors({
      config,
      keys,
      scope,
      pdpName,
      catalog,
      store,
      compiler,
      own,
      decide: (path, input) => evaluator.decide(path, input, Date.now()),
      fleet,
      lagOf,
      readiness,
      transactions,
      opal,
      streams: distribution.streams,
      required,
      callbacks,
      data,
      statistics,
      trouble: () => topic?.trouble(),
      patches,
      log,
    }),
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
