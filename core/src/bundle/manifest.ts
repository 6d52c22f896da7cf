import * as v from 'valibot'

import { isJsonObject } from '../json/equal.ts'
import type { Json } from '../json/json.ts'
import type { Digest } from './digest.ts'
import { DigestSchema } from './digest.ts'
import { readStatement } from './entry.ts'

const path = v.pipe(v.string(), v.minLength(1))

/** A compiled unit: one policy with all that it calls, and what a replica must know to run it. */
export const UnitSchema = v.strictObject({
  /** That of the policy. */
  name: v.string(),
  /** Package paths, `http/example`. */
  packages: v.array(path),
  /** Rule and package paths compiled to be called, in the order of the wasm's entrypoint table. */
  entrypoints: v.array(path),
  /** Paths of functions: known, but not askable. */
  functions: v.array(path),
  /** Base documents the unit reads, as segments; `[[]]` is the whole document. */
  reads: v.array(v.array(v.string())),
  /** Names of the builtins that it calls and a host has to bring. */
  builtins: v.array(v.string()),
  /** For the plan engine; absent where that is incomplete for the unit. */
  program: v.exactOptional(
    v.strictObject({
      digest: DigestSchema,
      version: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    }),
  ),
  /** For the wasm engine; absent where the unit is unfit for it. */
  wasm: v.exactOptional(DigestSchema),
})
export type Unit = v.InferOutput<typeof UnitSchema>

/** The content of the part `policy`: versions of the policies in force, and the units they were compiled to, by name. */
export const ManifestSchema = v.strictObject({
  policies: v.custom<Named<string>>((value) => hasMembers(value, isPolicy)),
  units: v.custom<Named<Unit>>((value) => hasMembers(value, isUnit)),
})
export type Manifest = v.InferOutput<typeof ManifestSchema>

/** A plain object; its own members are all there is to it, whatever they are called. */
type Named<Value> = Readonly<Record<string, Value>>

export const emptyManifest: Manifest = { policies: {}, units: {} }

export function parseManifest(text: string): Manifest {
  return readStatement(ManifestSchema, text)
}

/** The blobs that a runtime needs of a unit to decide with it. */
export type NeededBlobs = (unit: Unit) => readonly Digest[]

/** Whether a value can be the member of that name in one of the manifest's collections. */
type IsMember = (value: unknown, name: string) => boolean

export const isPolicy: IsMember = (version) => typeof version === 'string'
export const isUnit: IsMember = (unit, name) => v.is(UnitSchema, unit) && unit.name === name

/** Not `v.record`, which passes over members called `constructor` and `__proto__`. */
function hasMembers(value: unknown, isMember: IsMember): boolean {
  if (!isJsonObject(value as Json)) return false
  return Object.entries(value as object).every(([name, member]) => isMember(member, name))
}
