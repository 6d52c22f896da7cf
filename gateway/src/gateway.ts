import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import type { Logger } from 'pino'

import { openSqliteStore } from './catalog/sqlite/store.ts'
import type { GatewayConfig } from './config.ts'
import { openDataFlow } from './data-flow.ts'
import { startDistribution } from './distribution/distribution.ts'
import { openHealth } from './health/health.ts'
import { createApp } from './http/app.ts'
import { openDoors } from './http/doors.ts'
import { countUpdates, createStatistics } from './http/onap/statistics.ts'
import { listen } from './http/server.ts'
import type { Topic } from './kafka/topic.ts'
import { watchTopic } from './kafka/watched-topic.ts'
import type { Keys } from './keys/keys.ts'
import { createPapSession } from './pap/session.ts'
import { openPdp } from './pdp.ts'
import { startPreload } from './preload/preload.ts'

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
  const { config, keys, patches, log } = options
  const topic = options.topic && watchTopic(options.topic)
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  const store = await openSqliteStore(join(config.dataDir, 'vedette.db'))
  const pdp = await openPdp({ ...options, store, scope })
  const { catalog, own, evaluator } = pdp
  const health = await openHealth({
    store,
    catalog,
    own,
    pdpName: pdp.name,
    updaters: config.updaters,
    showOpal: evaluator.setOpal,
    log,
  })
  const distribution = await startDistribution({
    catalog,
    own,
    fleet: health.fleet,
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
  const flow = await openDataFlow({ config, scope, store, pdp, health, distribution, log })
  const statistics = createStatistics()
  const doors = openDoors({
    ...health,
    ...flow,
    ...pdp,
    config,
    keys,
    scope,
    pdpName: pdp.name,
    store,
    decide: (path, input) => evaluator.decide(path, input, Date.now()),
    streams: distribution.streams,
    statistics,
    trouble: () => topic?.trouble(),
    patches,
    log,
  })
  const app = createApp({ origins: config.origins, host: config.host, log, doors })
  const server = await listen(app.fetch, config)
  const session =
    topic && config.updaters.policy
      ? createPapSession({
          topic,
          administration: countUpdates(preload.administration, statistics),
          pdp: { name: pdp.name, ...config.pdp },
          answers: store,
          trouble: flow.replicasTrouble,
          log,
        })
      : undefined

  return {
    url: server.url,
    pdpName: pdp.name,
    registered: session?.start() ?? Promise.resolve(),
    async close() {
      await session?.stop()
      await preload.close()
      await flow.close()
      await distribution.close()
      await server.close()
      await pdp.close()
    },
  }
}
