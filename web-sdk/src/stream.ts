import type { Holdings } from '@vedette/core/protocol/held'
import { decodePush } from '@vedette/core/protocol/messages'
import type { Push } from '@vedette/core/protocol/push'

import { backOffMs, pause } from './back-off.ts'
import type { PauseOptions } from './back-off.ts'
import type { ByteStream, Door } from './door.ts'
import { readLines } from './lines.ts'

export interface StreamOptions extends PauseOptions {
  readonly door: Pick<Door, 'stream'>
  /** What is held when a stream is opened: it brings what follows. */
  readonly positions: () => Holdings['positions']
  /** Takes a push in. False when something of it is lacking: the stream is asked again, from what is held then. */
  readonly receive: (push: Push) => Promise<boolean>
  /** Told when a stream brings a push, and when it ends. */
  readonly onOnline: (online: boolean) => void
  /** Told what ended a stream: no answer, or a line that is no push. */
  readonly onError: (error: unknown) => Promise<void>
  /** In [0, 1). Default: `Math.random`. */
  readonly random?: () => number
}

/** A head comes every 10 s at least. */
const silenceMs = 25_000
const maxLength = 16 * 1024 * 1024

/** Follows the gateway's stream, and comes back to it however it ends, until `signal` aborts. */
export async function follow(options: StreamOptions): Promise<void> {
  const { signal, onOnline, onError, random } = options
  let failures = 0
  while (!signal.aborted) {
    try {
      await followOnce(options, () => (failures = 0))
    } catch (error) {
      await onError(error)
    }
    onOnline(false)
    await pause(backOffMs(failures++, random), options)
  }
}

/** One stream, to its end or to the first push that leaves something lacking. */
async function followOnce(options: StreamOptions, onProgress: () => void): Promise<void> {
  const stream = await open(options)
  for await (const line of readLines(stream, { maxLength, silenceMs })) {
    const push = decodePush(line)
    options.onOnline(true)
    if (!(await options.receive(push))) return
    onProgress()
  }
}

async function open({ door, positions, signal }: StreamOptions): Promise<ByteStream> {
  const unanswered = new AbortController()
  const timer = setTimeout(() => unanswered.abort(), silenceMs)
  try {
    return await door.stream(positions(), AbortSignal.any([signal, unanswered.signal]))
  } finally {
    clearTimeout(timer)
  }
}
