import { isJsonObject } from '@vedette/core/json/equal'
import { parseJson } from '@vedette/core/json/parse'
import type { Context } from 'hono'
import { Hono } from 'hono'

import type { EdgeEnv } from './env.ts'
import { hub } from './env.ts'

/** `/health` as OPA, that the Worker runs; `/ready` and `/healthy` as OPAL, how the latest transactions went. */
export function health(): Hono<{ Bindings: EdgeEnv }> {
  return new Hono<{ Bindings: EdgeEnv }>()
    .get('/health', (c) => c.json({}))
    .get('/ready', (c) => answer(c, 'ready'))
    .get('/healthy', (c) => answer(c, 'healthy'))
}

async function answer(c: Context, member: 'ready' | 'healthy'): Promise<Response> {
  return (await isTrue(member)) ? c.json({ status: 'ok' }) : c.json({ status: 'unavailable' }, 503)
}

async function isTrue(member: string): Promise<boolean> {
  const document = parseJson(await hub().opal())
  return isJsonObject(document) && document[member] === true
}
