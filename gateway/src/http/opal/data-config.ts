import { formatRevision } from '@vedette/core/bundle/revision'
import { codeOf, messageOf } from '@vedette/core/errors'
import type { JsonObject } from '@vedette/core/json/json'
import { stringifyJson } from '@vedette/core/json/stringify'
import { Hono } from 'hono'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

import { parseAsReceived } from '../../callbacks/as-received.ts'
import type { Callbacks } from '../../callbacks/callbacks.ts'
import type { Required, Standing } from '../../health/required.ts'
import type { Applied } from '../../sources/applied.ts'
import { writtenEntry } from '../../sources/entry.ts'
import { prepareEntry } from '../../sources/prepared-entry.ts'
import type { Places } from '../../sources/prepared-entry.ts'
import type { Sources } from '../../sources/sources.ts'
import type { Update, Updates } from '../../sources/updates.ts'
import { bearer } from '../auth.ts'
import { limitBody, textOf } from '../body.ts'
import { preferenceApplied, whenPreferred } from '../prefer.ts'
import { readDataUpdate } from './data-update.ts'
import type { DataUpdate } from './data-update.ts'

export interface DataConfigOptions {
  readonly token: string
  /** Where a request may have data read from. */
  readonly places: Places
  readonly updates: Pick<Updates, 'apply'>
  readonly sources: Pick<Sources, 'entries'>
  readonly required: Pick<Required, 'settled'>
  readonly callbacks: Pick<Callbacks, 'note' | 'oneTime'>
}

const updateBytes = 20 * 1024 * 1024

/** `/data/config`: OPAL's data updates, and the sources that are configured. An update is durable when it is answered. */
export function dataConfigDoor(options: DataConfigOptions): Hono {
  const { places, updates, sources, required, callbacks } = options
  const door = new Hono()
  door.use(bearer(options.token))
  door.get('/', (c) => json(c, { entries: sources.entries().map(writtenEntry) }))
  door.post('/', limitBody(updateBytes), async (c) => {
    let id: string | undefined
    try {
      const update = readDataUpdate(parseAsReceived(await textOf(c)))
      if ('length' in update) return c.json({ detail: update }, 422)
      const prepared = prepare(update)
      id = update.id
      return await acknowledge(c, id, await updates.apply(prepared))
    } catch (error) {
      return refuse(c, error, id)
    }
  })
  return door

  /** Checks whatever can be checked before anything is done. */
  function prepare(update: DataUpdate): Update {
    const entries = update.entries.map((entry, index) => prepareEntry(entry, index, places))
    const oneTime = callbacks.oneTime(update.callback)
    return { ...update, entries, note: (reported) => callbacks.note(reported, oneTime) }
  }

  async function acknowledge(c: Context, id: string, applied: Applied): Promise<Response> {
    const { revision, failures, skipped } = applied
    const standing = revision && (await whenPreferred(c, revision, required))
    const body = {
      status: 'ok',
      id,
      ...(revision && { revision: formatRevision(revision) }),
      ...(failures.length > 0 && { failed: failures.map((failure) => ({ ...failure })) }),
      ...(skipped.length > 0 && { skipped: [...skipped] }),
      ...(standing && { fleet: fleetOf(standing) }),
    }
    return c.json(body, 200, standing && preferenceApplied(standing))
  }
}

function fleetOf({ applied, failed, pending }: Standing): object {
  return {
    applied: applied.length,
    failed: failed.length,
    pending: pending.length,
    replicas: failed,
  }
}

const statuses: Readonly<Record<string, ContentfulStatusCode>> = {
  ERR_JSON: 400,
  ERR_TARGET: 400,
  ERR_FETCH_CONFIG: 400,
  ERR_RESERVED_PATH: 400,
  ERR_INVALID_PATH: 400,
  ERR_NOT_FOUND: 400,
  ERR_PATCH: 400,
  ERR_PATCH_TEST: 409,
  ERR_TOO_LARGE: 413,
  ERR_FETCH: 502,
  ERR_UPDATER_OFF: 503,
}

function refuse(c: Context, error: unknown, id: string | undefined): Response {
  const code = codeOf(error, 'ERR_INTERNAL')
  const about = id !== undefined && { id }
  return c.json({ code, message: messageOf(error), ...about }, statuses[code] ?? 500)
}

/** Every digit kept. */
function json(c: Context, body: JsonObject): Response {
  return c.body(stringifyJson(body), 200, { 'content-type': 'application/json' })
}
