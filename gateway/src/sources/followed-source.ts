import { randomUUID } from 'node:crypto'

import { equalJson } from '@vedette/core/json/equal'
import type { Json } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import { formatPointer } from '@vedette/core/json/pointer'
import { stringifyJson } from '@vedette/core/json/stringify'

import type { Catalog, DataWrite } from '../catalog/catalog.ts'
import { valueAt } from '../catalog/data/document.ts'
import type { CatalogStore } from '../catalog/store.ts'
import type { DataEntry } from './entry.ts'
import { segmentsOf } from './entry.ts'
import { startLoading } from './loading.ts'
import type { Loading } from './loading.ts'
import { readJsonPatch, readerOf } from './prepared-entry.ts'
import type { Places } from './prepared-entry.ts'
import type { Update, Updates } from './updates.ts'

export interface FollowedSourceOptions extends Places {
  readonly store: Pick<CatalogStore, 'putSetting' | 'setting'>
  readonly catalog: Pick<Catalog, 'document'>
  readonly updates: Pick<Updates, 'apply'>
  readonly note: Update['note']
  /** Called when it stands otherwise with a source than it did. */
  readonly onStanding: () => void
}

/**
 * Keeps a place of the document as its source says. What the source said last is kept over restarts, so that only what
 * is new in it is written: what others wrote there since stays.
 */
export async function followSource(
  entry: DataEntry,
  options: FollowedSourceOptions,
): Promise<Loading> {
  const { store, catalog, updates, fetchers, onStanding } = options
  const targets = options.targets.opened(entry.url)
  const read = readerOf(entry, { fetchers, targets })
  const path = segmentsOf(entry.dstPath)
  const key = `source ${formatPointer(path)}`
  const kept = await store.setting(key)
  let said = kept === undefined ? undefined : parseJson(kept)

  async function load(): Promise<void> {
    let value: Json | undefined
    const write = (brought: Json): DataWrite | undefined => {
      value = brought
      return writeOf(entry, brought, { path, said, document: catalog.document() })
    }
    await updates.apply({
      id: randomUUID().replaceAll('-', ''),
      entries: [{ index: 0, entry, path, read, write }],
      isAtomic: true,
      reason: entry.periodicUpdateInterval === null ? 'Initial load' : 'Periodic Update',
      note: options.note,
    })
    if (value === undefined || isSame(value, said)) return
    said = value
    await store.putSetting(key, stringifyJson(value))
  }

  const { periodicUpdateInterval: seconds } = entry
  const loading = startLoading({
    name: nameOf(entry),
    wasLoaded: said !== undefined,
    load,
    onStanding,
    ...(seconds !== null && { intervalMs: seconds * 1000 }),
  })
  return {
    ...loading,
    async close() {
      await loading.close()
      await targets.close()
    },
  }
}

interface Place {
  readonly path: readonly string[]
  /** What the source said before. */
  readonly said: Json | undefined
  readonly document: Json
}

function writeOf(
  { saveMethod }: DataEntry,
  value: Json,
  { path, said, document }: Place,
): DataWrite | undefined {
  // Where everything is gone, what the source said is gone as well.
  const before = valueAt(document, path) === undefined ? undefined : said
  if (isSame(value, before)) return undefined
  return saveMethod === 'PATCH'
    ? { method: 'PATCH', path, patch: readJsonPatch(value) }
    : { method: 'FOLLOW', path, value, before }
}

function isSame(value: Json, before: Json | undefined): boolean {
  return before !== undefined && equalJson(value, before)
}

/** Where it goes and where it is from, without what may be a secret. */
function nameOf({ dstPath, url }: DataEntry): string {
  if (!URL.canParse(url)) return dstPath
  const { origin, pathname } = new URL(url)
  return `${dstPath} from ${origin}${pathname}`
}
