import { readdir } from 'node:fs/promises'

import { messageOf } from '@vedette/core/errors'
import type { Logger } from 'pino'

import { watchDirectory } from '../local-pap/directory-watch.ts'
import { createInventory } from '../local-pap/inventory.ts'
import { readPolicyDirectory } from '../local-pap/policy-directory.ts'
import type { ToscaPolicy } from '../pap/tosca-policy.ts'

/**
 * Has the policies of a folder adopted, now and whenever they change. Resolves when the first reading is, with what
 * ends the watch. Throws when there is no such folder.
 */
export async function followFolder(
  dir: string,
  adopt: (policies: readonly ToscaPolicy[]) => Promise<void>,
  log: Pick<Logger, 'error'>,
): Promise<() => Promise<void>> {
  await readdir(dir).catch((cause: unknown) => {
    throw new Error(`VEDETTE_PRELOAD_DIR: ${messageOf(cause)}`, { cause })
  })
  const ending = new AbortController()
  const inventory = createInventory((path, reason) =>
    log.error({ path, reason }, 'a preloaded policy cannot be read'),
  )
  const first = Promise.withResolvers<void>()
  const watching = watchDirectory({
    dir,
    signal: ending.signal,
    read: () => readPolicyDirectory(dir),
    adopt(sources) {
      const brought = adopt(inventory(sources))
      brought.catch((error: unknown) =>
        log.error({ error: messageOf(error) }, 'preloaded policies were not brought in force'),
      )
      first.resolve(brought)
    },
  })
  await Promise.race([first.promise, watching])
  return () => {
    ending.abort()
    return watching
  }
}
