import { setTimeout as delay } from 'node:timers/promises'

import { messageOf } from '@vedette/core/errors'
import type { Held } from '@vedette/core/protocol/held'
import type { Logger } from 'pino'

import type { Catalog, Following } from '../catalog/catalog.ts'
import { createBell } from './bell.ts'
import type { Bell } from './bell.ts'
import { withEdgeSocket } from './edge-socket.ts'
import { createRounds } from './rounds.ts'
import type { Rounds } from './rounds.ts'

export interface EdgeLinkOptions {
  /** Base URL of the Worker; the link dials `/.vedette/push` below it. */
  readonly url: string
  readonly token: string
  readonly scope: string
  readonly catalog: Pick<Catalog, 'blob' | 'head' | 'since'>
  /** Called with each answer of the Worker. */
  readonly onHeld: (held: Held) => void
  readonly log: Pick<Logger, 'info' | 'warn'>
  /** How long the Worker may take for one answer, in ms. Default 15,000. */
  readonly answerWithinMs?: number
  /** ms before the first repetition of what failed, doubled each time up to 5,000. Default 200. */
  readonly firstRetryMs?: number
}

/** The gateway's line to one Worker: dials, brings it to the latest head, and keeps it there. */
export interface EdgeLink {
  /** Something was published, or a head renewed. */
  wake(): void
  /** Content of a write to come, for a Worker that has everything so far. */
  ahead(blobs: Following['blobs']): void
  close(): Promise<void>
}

const mostWaitMs = 5_000

/** Then each reason is told once an outage: a Worker that starts beside the gateway is no news. */
const toldAfter = 6

export function createEdgeLink(options: EdgeLinkOptions): EdgeLink {
  const ending = new AbortController()
  const bell = createBell()
  let rounds: Rounds | undefined
  const onRounds = (opened: Rounds | undefined): void => void (rounds = opened)
  const running = keepDialling({ ...options, onRounds }, bell, ending.signal)
  return {
    wake: bell.ring,
    ahead: (blobs) => rounds?.ahead(blobs),
    async close() {
      ending.abort()
      bell.ring()
      await running
    },
  }
}

async function keepDialling(
  options: EdgeLinkOptions & { readonly onRounds: (rounds: Rounds | undefined) => void },
  bell: Bell,
  signal: AbortSignal,
): Promise<void> {
  const { url: edge, token, log, onRounds, answerWithinMs = 15_000, firstRetryMs = 200 } = options
  const waitMs = (failed: number): number =>
    Math.min(firstRetryMs * 2 ** Math.max(failed - 1, 0), mostWaitMs)
  let failures = 0
  const told = new Set<string>()
  const upToDate = (): void => {
    failures = 0
    told.clear()
    log.info({ edge }, 'worker connected')
  }
  const socketOptions = { url: edge, token, signal, answerWithinMs, onClose: bell.ring }
  while (!signal.aborted) {
    try {
      await withEdgeSocket(socketOptions, async (socket) => {
        const rounds = createRounds({ ...options, ...socket })
        onRounds(rounds)
        await keepUpToDate({ rounds, bell, signal, upToDate, waitMs, ...options })
      })
    } catch (error) {
      failures += 1
      const reason = messageOf(error)
      if (failures >= toldAfter && !told.has(reason)) {
        told.add(reason)
        log.warn({ edge, error: reason }, 'worker not reached')
      }
    }
    onRounds(undefined)
    await pause(waitMs(failures), signal)
  }
}

interface Keeping extends Pick<EdgeLinkOptions, 'url' | 'log'> {
  readonly rounds: Rounds
  readonly bell: Bell
  readonly signal: AbortSignal
  /** Called when the Worker has everything for the first time on this connection. */
  readonly upToDate: () => void
  /** How long to wait after so many failures. */
  readonly waitMs: (failures: number) => number
}

/** Pushes what the Worker lacks until it holds what the head names, then sleeps until there is more. */
async function keepUpToDate(keeping: Keeping): Promise<void> {
  const { rounds, bell, signal, upToDate, waitMs, url: edge, log } = keeping
  let [tries, caughtUp] = [0, false]
  while (!signal.aborted) {
    const behind = await rounds.next()
    if (behind) {
      // It was refused, or lost on the way: say it again, without hammering a Worker that refuses for good.
      tries += 1
      if (tries === toldAfter)
        log.warn({ edge, refusal: behind.status.refusal }, 'worker refuses what it is sent')
      await bell.wait(waitMs(tries))
      continue
    }
    if (!caughtUp) upToDate()
    caughtUp = true
    tries = 0
    await bell.wait()
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined)
}
