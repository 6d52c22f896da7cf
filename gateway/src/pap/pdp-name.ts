import { randomUUID } from 'node:crypto'

import type { CatalogStore } from '../catalog/store.ts'

/** The PDP's name toward the PAP: made once, `opa-<uuid>` as the Go PDP's, and kept. */
export async function pdpNameOf(
  store: Pick<CatalogStore, 'setting' | 'putSetting'>,
): Promise<string> {
  const kept = await store.setting('pdp-name')
  if (kept) return kept
  const name = `opa-${randomUUID()}`
  await store.putSetting('pdp-name', name)
  return name
}
