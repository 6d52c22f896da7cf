import { readFile } from 'node:fs/promises'

import { Hono } from 'hono'
import { parse } from 'yaml'

/** `GET /openapi.json`: what ONAP components may ask, and what they are answered. */
export async function openapiDoor(): Promise<Hono> {
  const source = await readFile(new URL('openapi.yaml', import.meta.url), 'utf8')
  const text = JSON.stringify(parse(source))
  const door = new Hono()
  door.get('/', (c) => c.body(text, 200, { 'content-type': 'application/json' }))
  return door
}
