import pLimit from 'p-limit'
import type { LimitFunction } from 'p-limit'

/** One lane for each origin: a target gets no more than `atOnce` calls at once, and keeps none of the others waiting. */
export interface Lanes {
  run(url: string, call: () => Promise<void>): Promise<void>
  /** Origins that are being called, or wait for it: no other is remembered. */
  origins(): readonly string[]
}

export function createLanes(atOnce: number): Lanes {
  const lanes = new Map<string, LimitFunction>()

  function laneOf(origin: string): LimitFunction {
    const lane = lanes.get(origin) ?? pLimit(atOnce)
    lanes.set(origin, lane)
    return lane
  }

  return {
    async run(url, call) {
      const { origin } = new URL(url)
      const lane = laneOf(origin)
      try {
        await lane(call)
      } finally {
        if (lane.activeCount + lane.pendingCount === 0) lanes.delete(origin)
      }
    },
    origins: () => [...lanes.keys()],
  }
}
