import type { Json, JsonObject } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import { stringifyJson } from '@vedette/core/json/stringify'

import type { CallbackTarget } from './config.ts'
import { asOpalReads, dataMember, hashOf } from './entry-hash.ts'
import { expandTopics } from './topics.ts'

/** One entry of a data update, as it was asked for, and what came of it so far. */
export interface ReportedEntry {
  readonly url: string
  readonly topics: readonly string[]
  readonly dstPath: string
  readonly saveMethod: string
  /** How it is fetched: it may hold credentials. */
  readonly config?: Json
  /** What was given or fetched; absent when that failed. */
  readonly data?: Json
  /** The data came with the update. Default: true. */
  readonly isInline?: boolean
  /** Default: whether there is data. */
  readonly fetched?: boolean
  /** False for an entry that is left out where others are saved. Default: as the whole update. */
  readonly saved?: boolean
}

/** What a report shows beyond OPAL's members, which may be secrets. */
export type Disclosed = 'config' | 'data'

/** What is kept of an update for its reports: OPAL's entries, and its own callbacks. */
export interface Note {
  readonly reports: readonly JsonObject[]
  readonly callbacks: readonly CallbackTarget[]
}

export function writeNote(
  entries: readonly ReportedEntry[],
  callbacks: readonly CallbackTarget[],
  disclosed: readonly Disclosed[],
): string {
  const reports = entries.map((entry) => entryReport(entry, disclosed))
  return stringifyJson({ reports, callbacks: callbacks.map((target) => ({ ...target })) })
}

export function readNote(text: string): Note {
  return text === '' ? { reports: [], callbacks: [] } : (parseJson(text) as unknown as Note)
}

/** OPAL's DataEntryReport. */
function entryReport(entry: ReportedEntry, disclosed: readonly Disclosed[]): JsonObject {
  const { isInline = true, fetched = entry.data !== undefined, saved = fetched } = entry
  const data = isInline ? inlineData(entry) : entry.data
  return {
    entry: {
      url: withoutPassword(entry.url),
      config: disclosed.includes('config') ? (entry.config ?? null) : null,
      topics: expandTopics(entry.topics),
      dst_path: entry.dstPath,
      save_method: entry.saveMethod,
      ...dataMember(entry.saveMethod, disclosed.includes('data') && isInline ? data : undefined),
    },
    fetched,
    saved,
    hash: data === undefined ? null : hashOf(data),
  }
}

/** OPAL takes in a patch that comes with an update as its own kind of operations, and hashes a fetched one as it is. */
function inlineData({ saveMethod, data }: ReportedEntry): Json | undefined {
  return data === undefined ? undefined : asOpalReads(saveMethod, data)
}

/** A URL as a report or a list may show it; `URL` finds a user in more spellings than the usual one. */
export function withoutPassword(url: string): string {
  const shown = url.replace(/^([a-z][a-z\d+.-]*:\/\/)[^/?#]*@/i, '$1')
  if (!URL.canParse(shown)) return shown
  const parsed = new URL(shown)
  if (parsed.username === '' && parsed.password === '') return shown
  parsed.username = ''
  parsed.password = ''
  return parsed.href
}
