import type { Topic } from '../kafka/topic.ts'
import { watchDirectory } from './directory-watch.ts'
import type { PapEvent } from './event.ts'
import { createInventory } from './inventory.ts'
import { createLocalPap } from './local-pap.ts'
import { readPolicyDirectory } from './policy-directory.ts'

export interface ServeDirectoryOptions {
  readonly dir: string
  readonly topic: Topic
  readonly report: (event: PapEvent) => void
  /** Called when PDPs are heard: one that registers before waits for its next try. */
  readonly ready: () => void
  /** Ends it. */
  readonly signal: AbortSignal
}

/** A PAP whose policies are a directory, until the signal. Rejects when the topic cannot be followed. */
export async function serveDirectory(options: ServeDirectoryOptions): Promise<void> {
  const { dir, topic, report, signal } = options
  const pap = createLocalPap({ topic, report })
  const inventory = createInventory((path, reason) => report({ kind: 'broken', path, reason }))
  const firstReading = Promise.withResolvers<void>()
  const watching = watchDirectory({
    dir,
    signal,
    read: () => readPolicyDirectory(dir),
    adopt(sources) {
      pap.assign(inventory(sources))
      firstReading.resolve()
    },
  })
  // A PDP that is heard before the first reading would be told to hold nothing.
  await Promise.race([firstReading.promise, watching])
  if (signal.aborted) return
  await pap.start()
  options.ready()
  await watching
}
