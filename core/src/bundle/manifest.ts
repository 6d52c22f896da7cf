import * as v from 'valibot'

import { DigestSchema } from './digest.ts'
import { readStatement } from './entry.ts'

const path = v.pipe(v.string(), v.minLength(1))

/** A compiled unit: policies that call each other, with what a replica must know to run them. */
export const UnitSchema = v.strictObject({
  name: v.string(),
  /** Package paths, `http/example`. */
  packages: v.array(path),
  /** Rule and package paths compiled to be called, in the order of the wasm's entrypoint table. */
  entrypoints: v.array(path),
  /** Paths of functions: known, but not askable. */
  functions: v.array(path),
  /** Base documents the unit reads, as segments; `[[]]` is the whole document. */
  reads: v.array(v.array(v.string())),
  wasm: DigestSchema,
})
export type Unit = v.InferOutput<typeof UnitSchema>

/** The content of the part `policy`: the policies in force, and the units they were compiled to. */
export const ManifestSchema = v.strictObject({
  policies: v.array(v.strictObject({ name: v.string(), version: v.string() })),
  units: v.array(UnitSchema),
})
export type Manifest = v.InferOutput<typeof ManifestSchema>

export function parseManifest(text: string): Manifest {
  return readStatement(ManifestSchema, text)
}
