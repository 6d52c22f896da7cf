import { randomUUID } from 'node:crypto'

import { formatRevision } from '@vedette/core/bundle/revision'
import { VedetteError, codeOf, messageOf } from '@vedette/core/errors'
import type { JsonObject } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import { Hono } from 'hono'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import * as v from 'valibot'

import type { Catalog } from '../catalog/catalog.ts'
import { UpdateCallbackSchema, targetsOf } from '../health/callback-config.ts'
import type { CallbackTarget } from '../health/callback-config.ts'
import type { Callbacks } from '../health/callbacks.ts'
import { dataReport } from '../health/data-report.ts'
import type { ReportedEntry } from '../health/data-report.ts'
import type { Targets } from '../health/targets.ts'
import { bearer } from './auth.ts'
import { tooLarge } from './body.ts'

export interface DataConfigOptions {
  readonly token: string
  readonly catalog: Pick<Catalog, 'putData'>
  readonly callbacks: Callbacks
  readonly targets: Targets
  /** Told of every update, trusted as the operator configured them. */
  readonly defaultTargets: readonly CallbackTarget[]
  /** What a callback without a configuration of its own is sent with. */
  readonly defaultConfig: Parameters<typeof targetsOf>[1]
}

const EntrySchema = v.looseObject({
  url: v.string(),
  topics: v.optional(v.array(v.string()), ['policy_data']),
  dst_path: v.optional(v.string(), ''),
  save_method: v.optional(v.picklist(['PUT'], "'save_method' must be PUT"), 'PUT'),
})

/** OPAL's DataUpdate, for entries that carry their data. */
const DataUpdateSchema = v.object({
  id: v.nullish(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
  entries: v.pipe(v.array(EntrySchema), v.maxLength(1000)),
  reason: v.nullish(v.string()),
  callback: v.optional(UpdateCallbackSchema, { callbacks: [] }),
})

interface Update {
  readonly id: string
  readonly entries: readonly ReportedEntry[]
  readonly targets: readonly CallbackTarget[]
}

/** `/data/config`: OPAL's data updates. An update is atomic over its entries, and durable when it is answered. */
export function dataConfigDoor(options: DataConfigOptions): Hono {
  const { catalog, callbacks, defaultTargets } = options
  const door = new Hono()
  door.use(bearer(options.token))
  door.get('/', (c) => c.json({ entries: [] }))
  door.post('/', bodyLimit({ maxSize: 20 * 1024 * 1024, onError: tooLarge }), async (c) => {
    const update = await readUpdate(c, options)
    if (update instanceof Response) return update
    try {
      const writes = update.entries.map(({ dstPath, data }) => ({
        path: segmentsOf(dstPath),
        value: data,
      }))
      const revision = await catalog.putData({ id: update.id, writes })
      await report(update, true)
      return c.json({ status: 'ok', id: update.id, revision: formatRevision(revision) })
    } catch (error) {
      await report(update, false)
      return c.json(
        { code: codeOf(error, 'ERR_INTERNAL'), message: messageOf(error), id: update.id },
        statusOf(error),
      )
    }
  })
  return door

  function report(update: Update, saved: boolean): Promise<void> {
    return callbacks.send(dataReport(update.id, update.entries, saved), [
      ...defaultTargets.map((target) => ({ target, trusted: true })),
      ...update.targets.map((target) => ({ target, trusted: false })),
    ])
  }
}

async function readUpdate(
  c: Context,
  { targets, defaultConfig }: DataConfigOptions,
): Promise<Update | Response> {
  try {
    const body = parseJson(await c.req.text())
    const parsed = v.safeParse(DataUpdateSchema, body)
    if (!parsed.success) return c.json({ detail: parsed.issues.map(detailOf) }, 422)
    const oneTime = targetsOf(parsed.output.callback, defaultConfig)
    for (const target of oneTime) targets.check(target.url)
    return {
      id: parsed.output.id ?? randomUUID().replaceAll('-', ''),
      entries: parsed.output.entries.map(reportedEntry),
      targets: oneTime,
    }
  } catch (error) {
    return c.json({ code: codeOf(error, 'ERR_BAD_REQUEST'), message: messageOf(error) }, 400)
  }
}

function reportedEntry(entry: v.InferOutput<typeof EntrySchema>): ReportedEntry {
  const data = (entry as JsonObject)['data']
  if (data === undefined)
    throw new VedetteError('ERR_NOT_INLINE', "an entry needs its 'data' inline: nothing is fetched")
  return {
    url: entry.url,
    topics: entry.topics,
    dstPath: entry.dst_path,
    saveMethod: entry.save_method,
    data,
  }
}

function segmentsOf(path: string): readonly string[] {
  return path
    .split('/')
    .filter((segment, index, all) => segment !== '' || (index > 0 && index < all.length - 1))
}

/** As OPAL's server spells what is wrong with a body. */
function detailOf(issue: v.InferIssue<typeof DataUpdateSchema>): {
  loc: (string | number)[]
  msg: string
  type: string
} {
  const keys = issue.path?.map((item) => item.key as string | number) ?? []
  return { loc: ['body', ...keys], msg: issue.message, type: `value_error.${issue.type}` }
}

function statusOf(error: unknown): 400 | 413 | 500 {
  const code = codeOf(error, '')
  if (code === 'ERR_TOO_LARGE') return 413
  return code === 'ERR_RESERVED_PATH' || code === 'ERR_INVALID_PATH' ? 400 : 500
}
