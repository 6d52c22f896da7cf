import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

import type { Json, JsonObject } from '@vedette/core/json/json'
import * as v from 'valibot'
import { parse } from 'yaml'

import { opaDirectory } from '../support/opa-directory.ts'

const json = v.custom<Json>((value) => value !== undefined)
const jsonObject = v.custom<JsonObject>((value) => typeof value === 'object' && value !== null)

/** As `v1/test/cases/cases.go` of OPA has it. */
const CaseSchema = v.object({
  note: v.string(),
  query: v.string(),
  modules: v.optional(v.nullable(v.array(v.string())), []),
  data: v.optional(v.nullable(jsonObject)),
  input: v.optional(json),
  input_term: v.optional(v.string()),
  want_result: v.optional(v.array(jsonObject)),
  want_error_code: v.optional(v.string()),
  want_error: v.optional(v.string()),
  sort_bindings: v.optional(v.boolean(), false),
  ignore_generated_vars: v.optional(v.boolean(), false),
  strict_error: v.optional(v.boolean(), false),
})

const FileSchema = v.object({ cases: v.array(CaseSchema) })

export interface OpaCase extends v.InferOutput<typeof CaseSchema> {
  /** The folder it is in: `aggregates`. */
  readonly group: string
  readonly regoVersion: 0 | 1
}

/** OPA's own cases for Rego v0 and v1, out of the Go module that the helper is built from. */
export async function readOpaCases(): Promise<readonly OpaCase[]> {
  const root = join(await opaDirectory(), 'v1/test/cases/testdata')
  const versions = await Promise.all(([0, 1] as const).map((version) => readVersion(root, version)))
  return versions.flat()
}

async function readVersion(root: string, regoVersion: 0 | 1): Promise<readonly OpaCase[]> {
  const entries = await readdir(join(root, `v${regoVersion}`), {
    recursive: true,
    withFileTypes: true,
  })
  const files = entries
    .filter((entry) => entry.name.endsWith('.yaml'))
    .map((entry) => ({
      group: basename(entry.parentPath),
      path: join(entry.parentPath, entry.name),
    }))
    .toSorted((left, right) => (left.path < right.path ? -1 : 1))
  const cases = await Promise.all(
    files.map(async ({ group, path }) =>
      readCases(await readFile(path, 'utf8')).map((each) => ({ ...each, group, regoVersion })),
    ),
  )
  return cases.flat()
}

/** Integers keep their digits; a float becomes the nearest double, as in the loader of OPA. */
function readCases(text: string): v.InferOutput<typeof FileSchema>['cases'] {
  const document: unknown = parse(text, narrow, { intAsBigInt: true, maxAliasCount: -1 })
  return v.parse(FileSchema, document).cases
}

/** Core's numbers: only what a double cannot hold is a bigint. */
function narrow(_key: unknown, value: unknown): unknown {
  if (typeof value !== 'bigint') return value
  const double = Number(value)
  return Number.isSafeInteger(double) ? double : value
}
