import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Json, JsonObject } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import { stringifyJson } from '@vedette/core/json/stringify'

import type { Found } from './fuzz.ts'

const directory = join(import.meta.dirname, 'cases')

/** What once differed; `detail` tells how. */
export interface KeptCase {
  readonly detail: string
  readonly entrypoint: string
  readonly source: string
  readonly data: JsonObject
  readonly input: Json
}

/** Keeps what was found as a case that every `npm test` tries from now on; resolves to its file. */
export async function keep({ detail, entrypoint, source, data, input }: Found): Promise<string> {
  const kept: KeptCase = { detail, entrypoint, source, data, input }
  const name = createHash('sha256').update(source).digest('hex').slice(0, 12)
  const file = join(directory, `${name}.json`)
  await writeFile(file, `${stringifyJson({ ...kept })}\n`)
  return file
}

export async function readKept(): Promise<readonly (KeptCase & { readonly file: string })[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.json')).toSorted()
  return Promise.all(
    files.map(async (file) => {
      const kept = parseJson(await readFile(join(directory, file), 'utf8'))
      return { ...(kept as unknown as KeptCase), file }
    }),
  )
}
