import { HelperError } from './helper-error.ts'
import type { Helper } from './helper.ts'
import { startHelper } from './helper.ts'

/** A second question need not wait for a long one; more would only share the same cores. */
export const PROCESSES = 2

export interface Pool {
  /** Runs a task with a helper of its own, as soon as one is free. */
  run<T>(task: (helper: Helper) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** A place for one helper. */
interface Slot {
  helper: Helper
}

/**
 * Keeps helpers warm from the start: to start one holds this thread up for as long as it has memory to share, some
 * milliseconds later on. A dead one is replaced at once.
 */
export function createPool(helperPath: string): Pool {
  const start = (): Helper => startHelper(helperPath)
  const slots: Slot[] = Array.from({ length: PROCESSES }, () => ({ helper: start() }))
  const free = [...slots]
  const waiting: ((slot: Slot) => void)[] = []
  let closed = false

  function take(): Slot | Promise<Slot> {
    return free.shift() ?? new Promise((resolve) => waiting.push(resolve))
  }

  function giveBack(slot: Slot): void {
    if (!closed && !slot.helper.alive) slot.helper = start()
    const next = waiting.shift()
    if (next) next(slot)
    else free.unshift(slot)
  }

  function helperOf(slot: Slot): Helper {
    if (closed) throw new HelperError('ERR_COMPILER_CLOSED', 'the compiler was closed')
    if (!slot.helper.alive) slot.helper = start()
    return slot.helper
  }

  return {
    run: async (task) => {
      const slot = await take()
      try {
        return await task(helperOf(slot))
      } finally {
        giveBack(slot)
      }
    },
    close: async () => {
      closed = true
      await Promise.all(slots.map(async ({ helper }) => helper.stop()))
    },
  }
}
