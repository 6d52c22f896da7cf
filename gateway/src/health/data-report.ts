import { createHash } from 'node:crypto'

import type { Json } from '@vedette/core/json/json'
import { stringifyJson } from '@vedette/core/json/stringify'

import { pythonJson } from './python-json.ts'

/** One entry of a data update, as it was asked for. */
export interface ReportedEntry {
  readonly url: string
  readonly topics: readonly string[]
  readonly dstPath: string
  readonly saveMethod: string
  readonly data: Json
}

/**
 * OPAL's DataUpdateReport. Of each entry `data` and `config` stay out, as they may hold secrets; the hash tells which
 * data it was.
 */
export function dataReport(
  updateId: string,
  entries: readonly ReportedEntry[],
  saved: boolean,
): string {
  return stringifyJson({
    update_id: updateId,
    reports: entries.map((entry) => ({
      entry: {
        url: entry.url,
        config: null,
        topics: [...entry.topics],
        dst_path: entry.dstPath,
        save_method: entry.saveMethod,
        data: null,
      },
      fetched: true,
      saved,
      hash: hashOf(entry.data),
    })),
    policy_hash: null,
    user_data: {},
  })
}

/** SHA-256 of a string as it is, and of anything else as Python writes it. */
export function hashOf(data: Json): string {
  return createHash('sha256')
    .update(typeof data === 'string' ? data : pythonJson(data))
    .digest('hex')
}
