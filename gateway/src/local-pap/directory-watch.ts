import { watch } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

export interface DirectoryWatchOptions<Reading> {
  readonly dir: string
  /** Reads the directory; when it rejects, because a folder went meanwhile, it is tried again. */
  readonly read: () => Promise<Reading>
  /** Gets the first reading and each one after a change. */
  readonly adopt: (reading: Reading) => void
  /** Ends the watch. */
  readonly signal: AbortSignal
  /** How long nothing may change before the directory is read. Default 60 ms. */
  readonly settleMs?: number
}

/** Events are lost: in a folder too new to be watched, and when the kernel has no watches left. */
const POLL_MS = 1_000

/**
 * Follows a directory until the signal. A reading is adopted only when no file changed while it was
 * made, so an editor's half-written file, or the moment between its delete and its rename, is never seen.
 */
export async function watchDirectory<Reading>(
  options: DirectoryWatchOptions<Reading>,
): Promise<void> {
  const { dir, read, adopt, signal, settleMs = 60 } = options
  const events = followEvents(dir, signal)
  let adopted: string | undefined
  while (!signal.aborted) {
    if ((await fingerprint(dir)) !== adopted) {
      const quiet = await settledFingerprint(dir, settleMs)
      const reading = await read().catch(() => undefined)
      const isWhole = reading !== undefined && (await fingerprint(dir)) === quiet
      if (isWhole && !signal.aborted) {
        adopted = quiet
        adopt(reading)
      }
    }
    await events.next(POLL_MS)
  }
}

async function settledFingerprint(dir: string, settleMs: number): Promise<string> {
  for (let last = await fingerprint(dir); ;) {
    await delay(settleMs)
    const now = await fingerprint(dir)
    if (now === last) return now
    last = now
  }
}

/** Which files there are, and which state each is in. */
async function fingerprint(dir: string): Promise<string> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => [])
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).toSorted()
  return (await Promise.all(paths.map(fileState))).join('\n')
}

async function fileState(path: string): Promise<string> {
  const state = await stat(path, { bigint: true }).catch(() => undefined)
  if (state === undefined || state.isDirectory()) return path
  return `${path} ${state.ino} ${state.size} ${state.mtimeNs}`
}

/** `next` resolves at the next event, or when `timeoutMs` have passed or the signal comes. */
function followEvents(
  dir: string,
  signal: AbortSignal,
): { next(timeoutMs: number): Promise<void> } {
  let wake = new AbortController()
  try {
    const watcher = watch(dir, { recursive: true, signal }, () => wake.abort())
    watcher.on('error', () => watcher.close())
  } catch {
    // The poll alone follows a directory that cannot be watched.
  }
  return {
    async next(timeoutMs) {
      await delay(timeoutMs, undefined, { signal: AbortSignal.any([wake.signal, signal]) }).catch(
        () => undefined,
      )
      wake = new AbortController()
    },
  }
}
