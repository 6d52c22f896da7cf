import { setTimeout as delay } from 'node:timers/promises'

import { equalJson } from '@vedette/core/json/equal'
import type { Json } from '@vedette/core/json/json'

import { eventually } from '../support/eventually.ts'
import type { Place, World } from '../support/world.ts'
import { nowMs } from './clock.ts'

export interface Acknowledged {
  readonly worker: number
  readonly page: number
}

interface Heard {
  readonly kind: string
  readonly revision: string | null
  readonly heardAt: number
}

/** Looking disturbs, so the first look comes when the news is old. */
const settleMs = 100

/**
 * Milliseconds from `begin` (Date.now) until the gateway had heard that Worker and page activated what came after
 * `revision`. The times are the gateway's own, as `GET /fleet` tells them afterwards.
 */
export async function acknowledged(
  world: World,
  { begin, after }: { readonly begin: number; readonly after: string | null },
): Promise<Acknowledged> {
  await delay(settleMs)
  return eventually('every replica to acknowledge', async () => {
    const fleet = (await world.fleet()) as unknown as readonly Heard[]
    const [gateway, worker, page] = ['gateway', 'edge', 'browser'].map((kind) =>
      fleet.find((member) => member.kind === kind),
    )
    if (!gateway || !worker || !page || gateway.revision === after) return undefined
    if (worker.revision !== gateway.revision || page.revision !== gateway.revision) return undefined
    return { worker: worker.heardAt - begin, page: page.heardAt - begin }
  })
}

/** What the gateway's own replica is at. */
export async function revisionOf(world: World): Promise<string | null> {
  return (await world.fleet()).find(({ kind }) => kind === 'gateway')?.revision ?? null
}

/** Asks again and again; resolves with the moment at which the answer was `expected`. */
export async function answered(
  world: World,
  place: Place,
  { path, expected }: { readonly path: string; readonly expected: Json },
): Promise<number> {
  for (;;) {
    const { result } = await world.ask(place, path, {})
    if (result !== undefined && equalJson(result, expected)) return nowMs()
  }
}
