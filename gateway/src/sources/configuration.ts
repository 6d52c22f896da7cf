import type { Json } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import * as v from 'valibot'

import type { DataEntry } from './entry.ts'
import { EntrySchema } from './entry.ts'
import { issueText } from './issue-text.ts'

const SourceEntrySchema = v.pipe(
  EntrySchema,
  v.check(({ saveMethod }) => saveMethod !== 'DELETE', 'a source has nothing to DELETE'),
)

/** OPAL's DataSourceConfig. */
const SourceListSchema = v.object({
  entries: v.optional(v.pipe(v.array(SourceEntrySchema), v.maxLength(1000)), []),
})

const SourcesSchema = v.pipe(
  v.object({
    config: v.nullish(SourceListSchema, null),
    external_source_url: v.nullish(v.pipe(v.string(), v.url()), null),
  }),
  v.check(
    ({ config, external_source_url: url }) => (config === null) !== (url === null),
    'holds either config or external_source_url',
  ),
)

/** Entries, or where they are to be read. */
export type SourcesConfig =
  | { readonly entries: readonly DataEntry[] }
  | { readonly externalUrl: string }

/** `OPAL_DATA_CONFIG_SOURCES`. The message names a member and never its value, which may hold a credential. */
export function readSourcesConfig(text: string): SourcesConfig {
  if (text === '') return { entries: [] }
  const { config, external_source_url: externalUrl } = read(SourcesSchema, parseJson(text))
  return externalUrl === null ? { entries: config?.entries ?? [] } : { externalUrl }
}

/** What an external source of entries answered. */
export function readSourceList(list: Json): readonly DataEntry[] {
  return read(SourceListSchema, list).entries
}

function read<Output>(schema: v.GenericSchema<unknown, Output>, value: Json): Output {
  const parsed = v.safeParse(schema, value)
  if (parsed.success) return parsed.output
  throw new Error(issueText(parsed.issues[0]))
}
