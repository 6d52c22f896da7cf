import type { Socket } from 'node:net'

import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { DigestSchema } from '@vedette/core/bundle/digest'
import { VedetteError } from '@vedette/core/errors'
import { decodeHeld } from '@vedette/core/protocol/messages'
import type { StatusReport } from '@vedette/core/protocol/status-report'
import { Hono } from 'hono'
import * as v from 'valibot'

import type { Catalog } from '../catalog/catalog.ts'
import type { Streams } from '../distribution/streams.ts'
import type { Fleet } from '../health/fleet.ts'
import type { Keys } from '../keys/keys.ts'
import { replica } from './auth.ts'
import { limitBody } from './body.ts'

export interface SyncDoorOptions {
  readonly catalog: Pick<Catalog, 'blob'>
  readonly streams: Pick<Streams, 'open'>
  readonly fleet: Pick<Fleet, 'heard' | 'member'>
  readonly keys: Keys
  readonly scope: string
}

const position = v.fallback(v.optional(DigestSchema), undefined)
const PositionsSchema = v.object({ policy: position, data: position })

const streamHeaders = {
  'content-type': 'application/x-ndjson',
  'cache-control': 'no-store',
  // nginx would hold lines back to fill a buffer.
  'x-accel-buffering': 'no',
}

const statusBytes = 256 * 1024

/** Where browsers sync: the stream of pushes, blobs by address, and their reports. */
export function syncDoor(options: SyncDoorOptions): Hono<{ Bindings: HttpBindings }> {
  const { catalog, streams, fleet, keys, scope } = options
  const door = new Hono<{ Bindings: HttpBindings }>()
  door.use('/:scope/*', replica(keys))
  door.use('/:scope/*', async (c, next) =>
    c.req.param('scope') === scope
      ? next()
      : c.json({ code: 'ERR_SCOPE', message: 'there is no such scope' }, 404),
  )

  door.get('/:scope/stream', async (c) => {
    // Not `c.res`: hono would copy the answer below onto it, and its server take that for one that it is to send.
    const head = c.body(null, 200, streamHeaders)
    if (c.req.method === 'HEAD') return head
    const { outgoing } = c.env
    const { policy, data } = v.parse(PositionsSchema, c.req.query())
    outgoing.writeHead(200, [...head.headers].flat())
    outgoing.flushHeaders()
    const { socket, chunkedEncoding: isChunked } = outgoing
    if (!socket || socket.destroyed) return RESPONSE_ALREADY_SENT
    endAt(socket, c.get('tokenEnds'))
    try {
      const positions = { ...(policy && { policy }), ...(data && { data }) }
      await streams.open({ socket, isChunked }, positions)
    } catch {
      // The status is said already: a reader that is cut off comes back.
      socket.destroy()
    }
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

  door.post('/:scope/status', limitBody(statusBytes), async (c) => {
    try {
      const { status } = decodeHeld(await c.req.text())
      if (!isOwnWord(status))
        return c.json({ code: 'ERR_FORBIDDEN', message: 'only a browser reports here' }, 403)
      await fleet.heard(status)
      return c.body(null, 204)
    } catch (error) {
      if (error instanceof VedetteError)
        return c.json({ code: error.code, message: error.message }, 400)
      throw error
    }
  })
  return door

  /** A browser's word is about itself: it can not speak for the gateway or for a Worker. */
  function isOwnWord(status: StatusReport): boolean {
    const known = fleet.member(status.replica)?.kind ?? 'browser'
    return status.kind === 'browser' && known === 'browser' && status.scope === scope
  }
}

/** Longer than this a timer can not be; who is cut off early comes back with the same token. */
const longestTimerMs = 2 ** 31 - 1

/** A stream does not outlive the token that opened it. */
function endAt(socket: Socket, end: number): void {
  const timer = setTimeout(() => socket.destroy(), Math.min(end - Date.now(), longestTimerMs))
  socket.once('close', () => clearTimeout(timer))
}
