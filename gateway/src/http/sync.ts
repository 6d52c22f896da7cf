import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { DigestSchema } from '@vedette/core/bundle/digest'
import { VedetteError } from '@vedette/core/errors'
import { decodeHeld } from '@vedette/core/protocol/messages'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import * as v from 'valibot'

import type { Catalog } from '../catalog/catalog.ts'
import type { Streams } from '../distribution/streams.ts'
import type { Fleet } from '../health/fleet.ts'
import type { Keys } from '../keys.ts'
import { replica } from './auth.ts'

export interface SyncDoorOptions {
  readonly catalog: Catalog
  readonly streams: Streams
  readonly fleet: Fleet
  readonly keys: Keys
  readonly scope: string
}

const position = v.fallback(v.optional(DigestSchema), undefined)
const PositionsSchema = v.object({ policy: position, data: position })

/** Where browsers sync: the stream of pushes, blobs by address, and their reports. */
export function syncDoor({
  catalog,
  streams,
  fleet,
  keys,
  scope,
}: SyncDoorOptions): Hono<{ Bindings: HttpBindings }> {
  const door = new Hono<{ Bindings: HttpBindings }>()
  door.use('/:scope/*', replica(keys))
  door.use('/:scope/*', async (c, next) =>
    c.req.param('scope') === scope
      ? next()
      : c.json({ code: 'ERR_SCOPE', message: 'there is no such scope' }, 404),
  )

  door.get('/:scope/stream', async (c) => {
    const { outgoing } = c.env
    const { policy, data } = v.parse(PositionsSchema, c.req.query())
    for (const [name, value] of c.res.headers) outgoing.setHeader(name, value)
    outgoing.writeHead(200, {
      'content-type': 'application/x-ndjson',
      'cache-control': 'no-store',
      // nginx would hold lines back to fill a buffer.
      'x-accel-buffering': 'no',
    })
    outgoing.flushHeaders()
    await streams.open(outgoing, { ...(policy && { policy }), ...(data && { data }) })
    return RESPONSE_ALREADY_SENT
  })

  door.get('/:scope/blobs/:digest', async (c) => {
    const bytes = await catalog.blob(c.req.param('digest'))
    if (!bytes)
      return c.json({ code: 'ERR_NOT_FOUND', message: 'no content in force has this address' }, 404)
    return c.body(Uint8Array.from(bytes), 200, {
      'content-type': 'application/octet-stream',
      'cache-control': 'private, max-age=31536000, immutable',
    })
  })

  door.post('/:scope/status', bodyLimit({ maxSize: 256 * 1024 }), async (c) => {
    try {
      const { status } = decodeHeld(await c.req.text())
      // A browser's word is about itself: it can not speak for the gateway or for a Worker.
      if (
        status.kind !== 'browser' ||
        (fleet.member(status.replica)?.kind ?? 'browser') !== 'browser'
      ) {
        return c.json({ code: 'ERR_FORBIDDEN', message: 'only a browser reports here' }, 403)
      }
      fleet.heard(status)
      return c.body(null, 204)
    } catch (error) {
      if (error instanceof VedetteError)
        return c.json({ code: error.code, message: error.message }, 400)
      throw error
    }
  })
  return door
}
