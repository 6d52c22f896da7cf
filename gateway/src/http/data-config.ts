import { formatRevision } from '@vedette/core/bundle/revision'
import { codeOf, messageOf } from '@vedette/core/errors'
import { parseJson } from '@vedette/core/json/parse'
import { Hono } from 'hono'
import type { Context } from 'hono'

import type { Callbacks } from '../callbacks/callbacks.ts'
import type { CallbackTarget } from '../callbacks/config.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { bearer } from './auth.ts'
import { limitBody } from './body.ts'
import { readDataUpdate } from './data-update.ts'
import type { DataUpdate } from './data-update.ts'

export interface DataConfigOptions {
  readonly token: string
  readonly catalog: Pick<Catalog, 'putData'>
  readonly callbacks: Pick<Callbacks, 'note' | 'oneTime'>
}

const updateBytes = 20 * 1024 * 1024

/** `/data/config`: OPAL's data updates. An update is atomic over its entries, and durable when it is answered. */
export function dataConfigDoor(options: DataConfigOptions): Hono {
  const { catalog, callbacks } = options
  const door = new Hono()
  door.use(bearer(options.token))
  door.get('/', (c) => c.json({ entries: [] }))
  door.post('/', limitBody(updateBytes), async (c) => {
    const body = await c.req.text()
    try {
      const update = readDataUpdate(parseJson(body))
      if ('length' in update) return c.json({ detail: update }, 422)
      const revision = await put(update, callbacks.oneTime(update.callback))
      return c.json({ status: 'ok', id: update.id, revision })
    } catch (error) {
      return refuse(c, error)
    }
  })
  return door

  async function put(
    { id, entries }: DataUpdate,
    oneTime: readonly CallbackTarget[],
  ): Promise<string> {
    const writes = entries.map(({ dstPath, data }) => ({ path: segmentsOf(dstPath), value: data }))
    const note = (): string => callbacks.note(entries, oneTime)
    return formatRevision(await catalog.putData({ id, writes, note }))
  }
}

/** A leading and a closing slash mean nothing. */
function segmentsOf(path: string): readonly string[] {
  return path
    .split('/')
    .filter((segment, index, all) => segment !== '' || (index > 0 && index < all.length - 1))
}

const refused: readonly string[] = [
  'ERR_JSON',
  'ERR_NOT_INLINE',
  'ERR_TARGET',
  'ERR_RESERVED_PATH',
  'ERR_INVALID_PATH',
]

function refuse(c: Context, error: unknown): Response {
  const code = codeOf(error, 'ERR_INTERNAL')
  const status = code === 'ERR_TOO_LARGE' ? 413 : refused.includes(code) ? 400 : 500
  return c.json({ code, message: messageOf(error) }, status)
}
