import * as v from 'valibot'

import type { CompiledUnit } from '../catalog/compile.ts'
import { bytes } from './bytes.ts'

/** What modules compile to, for both engines. */
export interface BuiltUnit extends CompiledUnit {
  readonly wasm: Uint8Array
  /** OPA's IR without the places in the sources. */
  readonly plan: Readonly<Record<string, unknown>>
}

const paths = v.array(v.string())

/** The answer to `compile`. */
export const UnitSchema: v.GenericSchema<unknown, { readonly unit: BuiltUnit }> = v.pipe(
  v.object({
    wasm: bytes,
    plan: v.looseObject({ plans: v.looseObject({ plans: v.array(v.unknown()) }) }),
    entrypoints: paths,
    packages: paths,
    functions: paths,
    reads: v.array(paths),
  }),
  v.transform((unit) => ({ unit })),
)
