import { fileURLToPath } from 'node:url'

import { readPolicyDirectory } from '../../gateway/src/local-pap/policy-directory.ts'
import { namedPolicy } from '../../gateway/src/local-pap/tosca-template.ts'
import type { ToscaPolicy } from '../../gateway/src/pap/tosca-policy.ts'
import { startBroker } from '../support/kafka/broker.ts'
import type { Broker } from '../support/kafka/broker.ts'
import { openPap } from '../support/pap.ts'
import type { TestPap } from '../support/pap.ts'
import { openWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'
import { smallPolicy } from './small-policy.ts'
import { createUnwatchedPage } from './unwatched-page.ts'

/** What several measurements share, started when the first one asks for it. */
export interface Kit {
  broker(): Promise<Broker>
  /** Gateway, Worker, a page and the PAP; the samples and version 0 of the small policy are in force. */
  stage(): Promise<BenchStage>
  say(line: string): void
  close(): Promise<void>
}

export interface BenchStage {
  readonly world: World
  readonly pap: TestPap
  /** Leaves the page to itself, until it is asked something. */
  unwatch(): Promise<void>
}

const papTopic = 'bench'

export function createKit(say: (line: string) => void): Kit {
  const ends: (() => Promise<void>)[] = []
  const broker = once(async () => {
    say('starting Kafka')
    const started = await startBroker()
    ends.push(() => started.stop())
    return started
  })
  const stage = once(async () => {
    const { url } = await broker()
    say('starting gateway, Worker, page and PAP')
    const pap = await openPap(url, papTopic)
    ends.push(() => pap.close())
    const page = createUnwatchedPage()
    const world = await openWorld({
      openPage: page.open,
      environment: { KAFKA_URL: url, PAP_TOPIC: papTopic, VEDETTE_FRESHNESS_MS: '0' },
    })
    ends.push(() => world.close())
    await pap.heard(() => true)
    await pap.welcome([...(await samplePolicies()), smallPolicy(0)])
    return { world, pap, unwatch: page.unwatch }
  })
  return {
    broker,
    stage,
    say,
    async close() {
      for (const end of ends.reverse()) await end()
    },
  }
}

/** `policies/` as a PAP sends it. */
async function samplePolicies(): Promise<readonly ToscaPolicy[]> {
  const sources = await readPolicyDirectory(
    fileURLToPath(new URL('../../policies', import.meta.url)),
  )
  return sources.flatMap((source) =>
    'folder' in source ? [namedPolicy(source.folder.name, '1.0.1', source.folder.properties)] : [],
  )
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}
