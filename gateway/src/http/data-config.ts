import { formatRevision } from '@vedette/core/bundle/revision'
import { codeOf, messageOf } from '@vedette/core/errors'
import { parseJson } from '@vedette/core/json/parse'
import { Hono } from 'hono'
import type { Context } from 'hono'

import type { Catalog } from '../catalog/catalog.ts'
import { targetsOf } from '../health/callback-config.ts'
import type { CallbackTarget } from '../health/callback-config.ts'
import type { Callback, Callbacks } from '../health/callbacks.ts'
import { dataReport } from '../health/data-report.ts'
import type { Targets } from '../health/targets.ts'
import { bearer } from './auth.ts'
import { limitBody } from './body.ts'
import { readDataUpdate } from './data-update.ts'
import type { DataUpdate } from './data-update.ts'

export interface DataConfigOptions {
  readonly token: string
  readonly catalog: Pick<Catalog, 'putData'>
  readonly callbacks: Pick<Callbacks, 'send'>
  readonly targets: Pick<Targets, 'check'>
  /** Told of every update, trusted as the operator configured them. */
  readonly defaultTargets: readonly CallbackTarget[]
  /** What a callback without a configuration of its own is sent with. */
  readonly defaultConfig: Parameters<typeof targetsOf>[1]
}

const updateBytes = 20 * 1024 * 1024

/** `/data/config`: OPAL's data updates. An update is atomic over its entries, and durable when it is answered. */
export function dataConfigDoor(options: DataConfigOptions): Hono {
  const { catalog, callbacks, targets, defaultTargets, defaultConfig } = options
  const door = new Hono()
  door.use(bearer(options.token))
  door.get('/', (c) => c.json({ entries: [] }))
  door.post('/', limitBody(updateBytes), async (c) => {
    const body = await c.req.text()
    try {
      const update = readDataUpdate(parseJson(body))
      if ('length' in update) return c.json({ detail: update }, 422)
      const revision = await put(update, oneTimeCallbacks(update))
      return c.json({ status: 'ok', id: update.id, revision })
    } catch (error) {
      return refuse(c, error)
    }
  })
  return door

  function oneTimeCallbacks({ callback }: DataUpdate): readonly Callback[] {
    const oneTime = targetsOf(callback, defaultConfig)
    for (const { url } of oneTime) targets.check(url)
    return oneTime.map((target) => ({ target, trusted: false }))
  }

  /** Written or not, everyone who wants to hear of it does. */
  async function put({ id, entries }: DataUpdate, oneTime: readonly Callback[]): Promise<string> {
    const writes = entries.map(({ dstPath, data }) => ({ path: segmentsOf(dstPath), value: data }))
    const writing = catalog.putData({ id, writes })
    const isSaved = await writing.then(
      () => true,
      () => false,
    )
    const everyTime = defaultTargets.map((target) => ({ target, trusted: true }))
    await callbacks.send(dataReport(id, entries, isSaved), [...everyTime, ...oneTime])
    return formatRevision(await writing)
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
