import { Hono } from 'hono'

import type { Sources } from '../../sources/sources.ts'
import { bearer } from '../auth.ts'

export interface DataUpdaterOptions {
  readonly token: string
  readonly sources: Pick<Sources, 'standing' | 'trigger'>
  /** Whether there is an updater to trigger: `OPAL_DATA_UPDATER_ENABLED`. */
  readonly isOn: boolean
}

/** `GET /policy-data`: the empty document that OPAL's server has there, and OPAL's examples name as their source. */
export function policyDataDoor(): Hono {
  return new Hono().get('/', (c) => c.json({}))
}

/** `POST /data-updater/trigger`: the configured sources are loaded again, now. Answers when all of them have ended. */
export function dataUpdaterDoor({ token, sources, isOn }: DataUpdaterOptions): Hono {
  const door = new Hono()
  door.use(bearer(token))
  door.post('/trigger', async (c) => {
    if (!isOn) return c.json({ code: 'ERR_UPDATER_OFF', message: 'the data updater is off' }, 503)
    await sources.trigger()
    const failing = sources.standing().filter(({ error }) => error !== undefined)
    if (failing.length === 0) return c.json({ status: 'ok' })
    const message = failing.map(({ name, error }) => `${name}: ${error}`).join('; ')
    return c.json({ code: 'ERR_FETCH', message }, 502)
  })
  return door
}
