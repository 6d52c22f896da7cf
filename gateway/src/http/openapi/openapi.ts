import { readFile } from 'node:fs/promises'

import { Hono } from 'hono'

/** `GET /openapi.json`: what ONAP components may ask, and what they are answered. */
export function openapiDoor(): Hono {
  let text: Promise<string> | undefined
  const door = new Hono()
  door.get('/', async (c) =>
    c.body(await (text ??= readDocument()), 200, { 'content-type': 'application/json' }),
  )
  return door
}

/** Seldom asked for: neither the document nor YAML is read before. */
async function readDocument(): Promise<string> {
  const source = await readFile(new URL('openapi.yaml', import.meta.url), 'utf8')
  const { parse } = await import('yaml')
  return JSON.stringify(parse(source))
}
