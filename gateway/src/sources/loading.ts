import { messageOf } from '@vedette/core/errors'

import { createTurns } from '../catalog/turns.ts'

/** Something that is loaded at once, again after each interval, and sooner after a failure. */
export interface Loading {
  standing(): SourceStanding
  /** Loads now. Fails as the load does. */
  again(): Promise<void>
  /** Loads no more. Resolves when what is under way has ended. */
  close(): Promise<void>
}

/** How a configured source is. */
export interface SourceStanding {
  readonly name: string
  /** Whether it was loaded once, in this life or an earlier one. */
  readonly isLoaded: boolean
  /** Since when it is loaded without a failure, or failing, or waited for: ms since 1970. */
  readonly since: number
  /** Why the latest attempt failed. */
  readonly error?: string
}

export interface LoadingOptions {
  readonly name: string
  readonly wasLoaded: boolean
  /** Default: once. */
  readonly intervalMs?: number
  readonly load: () => Promise<void>
  /** Called when the standing is another. */
  readonly onStanding: () => void
}

/** After the first failure, doubled after each up to a minute, less up to half by chance. */
const firstRetryMs = 1_000
const longestRetryMs = 60_000

export function startLoading(options: LoadingOptions): Loading {
  const { name, wasLoaded, intervalMs = Infinity, load, onStanding } = options
  const turns = createTurns()
  let standing: SourceStanding = { name, isLoaded: wasLoaded, since: Date.now() }
  let failures = 0
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  function stand(next: SourceStanding): void {
    standing = next
    onStanding()
  }

  async function attempt(): Promise<void> {
    if (isClosed) return
    clearTimeout(timer)
    try {
      await load()
      const isNews = failures > 0 || !standing.isLoaded
      failures = 0
      if (isNews) stand({ name, isLoaded: true, since: Date.now() })
    } catch (error) {
      const since = failures > 0 ? standing.since : Date.now()
      failures++
      stand({ name, isLoaded: standing.isLoaded, since, error: messageOf(error) })
      throw error
    } finally {
      wait()
    }
  }

  function wait(): void {
    const retryMs = Math.min(firstRetryMs * 2 ** (failures - 1), longestRetryMs)
    const ms = failures > 0 ? Math.min(intervalMs, retryMs * (1 - Math.random() / 2)) : intervalMs
    if (!isClosed && ms !== Infinity) timer = setTimeout(begin, ms)
  }

  const again = (): Promise<void> => turns.run(attempt)
  // Whoever wants to know how it went looks at the standing.
  const begin = (): void => void again().catch(() => undefined)

  begin()
  return {
    standing: () => standing,
    again,
    close() {
      isClosed = true
      clearTimeout(timer)
      return turns.run(() => Promise.resolve())
    },
  }
}
