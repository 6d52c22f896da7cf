import { setImmediate as turn } from 'node:timers/promises'

import { parts } from '@vedette/core/bundle/entry'
import type { SignedHead } from '@vedette/core/bundle/head'
import { messageOf } from '@vedette/core/errors'
import type { Holdings } from '@vedette/core/protocol/held'
import type { Replica } from '@vedette/core/replica/replica'
import type { Logger } from 'pino'

import type { Catalog, Following } from '../catalog/catalog.ts'
import type { Fleet } from '../health/fleet.ts'
import { createEdgeLink } from './edge-link.ts'
import { nothing, pushOf } from './following.ts'
import { createStreams } from './streams.ts'
import type { Streams } from './streams.ts'

export interface DistributionOptions {
  readonly catalog: Catalog
  /**
   * The gateway's own replica: the first to get everything, and the only one a write waits for. It must fetch content
   * from the catalogue: it is sent statements only.
   */
  readonly own: Replica
  readonly fleet: Pick<Fleet, 'heard'>
  readonly scope: string
  /** Base URLs of Workers. */
  readonly edges: readonly string[]
  readonly token: string
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
}

/** Brings what is in force to every replica, and renews the head for those who have it. */
export interface Distribution {
  readonly streams: Streams
  /** Each Worker by the name it gave itself, or by its address before it was ever reached. */
  hubs(): readonly string[]
  close(): Promise<void>
}

const renewEveryMs = 10_000

/** Starts with the own replica up to date. */
export async function startDistribution(options: DistributionOptions): Promise<Distribution> {
  const { catalog, own, fleet, scope, log } = options
  const streams = createStreams(catalog, scope)
  const hubs = new Map(options.edges.map((url) => [url, addressOf(url)]))
  const links = options.edges.map((url) =>
    createEdgeLink({
      url,
      token: options.token,
      scope,
      catalog,
      log,
      onHeld({ status }) {
        hubs.set(url, status.replica)
        void fleet.heard(status)
      },
    }),
  )

  /** Content is not packed for a replica that fetches it from the catalogue beside it, by its address. */
  async function tellOwn({ entries }: Following, head: SignedHead | undefined): Promise<Holdings> {
    const { holdings } = await own.receive(pushOf({ ...nothing, entries }, head, { scope }))
    return holdings
  }

  /** It may give up a long chain of patches for a snapshot. */
  async function toOwn(following: Following, head: SignedHead | undefined): Promise<void> {
    const { positions } = await tellOwn(following, head)
    const isShort = parts.some((part) => positions[part] !== head?.head.parts[part]?.position)
    if (head && isShort) await tellOwn(await catalog.since(positions), head)
  }

  function toOthers(following: Following, head: SignedHead): void {
    streams.broadcast(following, head)
    for (const link of links) link.wake()
  }

  async function renew(): Promise<void> {
    const head = await catalog.renewHead()
    if (!head) return
    await toOwn(nothing, head)
    toOthers(nothing, head)
  }

  catalog.onContent((blobs) => {
    for (const link of links) link.ahead(blobs)
  })
  catalog.onPublished(async (publication) => {
    // A policy costs every replica a compilation, which is not to compete with the answer that the PAP waits for.
    const ownFirst = publication.transaction?.kind === 'policy'
    if (!ownFirst) {
      toOthers(publication, publication.head)
      // It shares the thread with the sending.
      await turn()
    }
    await toOwn(publication, publication.head)
    if (ownFirst) toOthers(publication, publication.head)
  })
  await toOwn(await catalog.since({}), catalog.head())
  const timer = setInterval(() => {
    renew().catch((error: unknown) =>
      log.error({ error: messageOf(error) }, 'the head was not renewed'),
    )
  }, renewEveryMs)

  return {
    streams,
    hubs: () => [...new Set(hubs.values())],
    async close() {
      clearInterval(timer)
      streams.close()
      await Promise.all(links.map((link) => link.close()))
    },
  }
}

/** Without a user or a query, which may be secrets. */
function addressOf(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}
