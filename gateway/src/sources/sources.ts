import { isDeepStrictEqual } from 'node:util'

import { messageOf } from '@vedette/core/errors'

import { createAllowance } from './allowance.ts'
import type { SourcesConfig } from './configuration.ts'
import { readSourceList } from './configuration.ts'
import type { DataEntry } from './entry.ts'
import { segmentsOf } from './entry.ts'
import { prepareRead } from './fetcher.ts'
import type { FollowedSourceOptions } from './followed-source.ts'
import { followSource } from './followed-source.ts'
import { startLoading } from './loading.ts'
import type { Loading, SourceStanding } from './loading.ts'
import type { Places } from './prepared-entry.ts'
import type { Subscription } from './topics.ts'
import { isFor } from './topics.ts'

/** The sources that an operator configured, each loaded and kept up by itself. */
export interface Sources {
  /** All that is to be loaded before the gateway is ready; the list of sources itself, where that is elsewhere. */
  standing(): readonly SourceStanding[]
  /** As configured, or as the external list said last. */
  entries(): readonly DataEntry[]
  /** Loads everything again, now. Resolves when all of it has ended, in whichever way. */
  trigger(): Promise<void>
  close(): Promise<void>
}

export interface SourcesOptions extends FollowedSourceOptions {
  readonly config: SourcesConfig
  readonly subscription: Subscription
}

interface Followed {
  readonly entry: DataEntry
  readonly loading: Loading
}

const mostListBytes = 1024 * 1024

export async function startSources(options: SourcesOptions): Promise<Sources> {
  const { config, subscription } = options
  const followed = new Map<string, Followed>()
  let configured: readonly DataEntry[] = []

  /** What is configured as it was goes on; the rest ends or begins. */
  async function follow(entries: readonly DataEntry[]): Promise<void> {
    const ours = entries.filter(({ topics }) => isFor(subscription, topics))
    refuseSamePlaces(ours)
    configured = entries
    for (const [place, { entry, loading }] of followed) {
      if (ours.some((other) => isDeepStrictEqual(other, entry))) continue
      followed.delete(place)
      await loading.close()
    }
    for (const entry of ours) {
      if (followed.has(entry.dstPath)) continue
      followed.set(entry.dstPath, { entry, loading: await followSource(entry, options) })
    }
    // A list may have named others, and nobody waits for those it names no more.
    options.onStanding()
  }

  const list = 'externalUrl' in config ? loadList(config.externalUrl, follow, options) : undefined
  if ('entries' in config) await follow(config.entries).catch(refuse)
  const loadings = (): readonly Loading[] => [...followed.values()].map(({ loading }) => loading)
  return {
    standing: () => [...(list ? [list] : []), ...loadings()].map((each) => each.standing()),
    entries: () => configured,
    async trigger() {
      await Promise.allSettled([list?.again()])
      await Promise.allSettled(loadings().map((loading) => loading.again()))
    },
    async close() {
      await list?.close()
      await Promise.all(loadings().map((loading) => loading.close()))
    },
  }
}

/** A place has one source: what that said before is kept by the place. Others' sources are their own matter. */
function refuseSamePlaces(entries: readonly DataEntry[]): void {
  const places = entries.map(({ dstPath }) => segmentsOf(dstPath).join('/'))
  if (new Set(places).size < places.length) throw new Error('two sources have the same dst_path')
}

/** What can never be loaded stops the start. */
function refuse(cause: unknown): never {
  throw new Error(`OPAL_DATA_CONFIG_SOURCES: ${messageOf(cause)}`, { cause })
}

/** Entries are kept where they are configured for everyone, too. */
function loadList(
  url: string,
  follow: (entries: readonly DataEntry[]) => Promise<void>,
  options: Places & Pick<SourcesOptions, 'onStanding'>,
): Loading {
  const targets = options.targets.opened(url)
  const ending = new AbortController()
  const read = prepareRead(options.fetchers, { url, config: {}, targets })
  const loading = startLoading({
    name: `the sources listed by ${new URL(url).origin}`,
    wasLoaded: false,
    async load() {
      const limits = { allowance: createAllowance(mostListBytes), signal: ending.signal }
      await follow(readSourceList(await read(limits)))
    },
    onStanding: options.onStanding,
  })
  return {
    ...loading,
    async close() {
      ending.abort()
      await loading.close()
      await targets.close()
    },
  }
}
