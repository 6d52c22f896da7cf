import * as v from 'valibot'

import type { CompiledUnit } from '../catalog/units/compile.ts'
import { bytes } from './bytes.ts'

/** What modules compile to, for both engines. */
export interface BuiltUnit extends CompiledUnit {
  readonly wasm: Uint8Array
  /** OPA's IR without the places in the sources. */
  readonly plan: Readonly<Record<string, unknown>>
}

/** A unit without wasm, which takes longest. */
export type PlannedUnit = Omit<BuiltUnit, 'wasm'>

const paths = v.array(v.string())
const names = { entrypoints: paths, packages: paths, functions: paths, reads: v.array(paths) }
const plan = v.looseObject({ plans: v.looseObject({ plans: v.array(v.unknown()) }) })

/** The answer to `compile` for both targets. */
export const UnitSchema: v.GenericSchema<unknown, { readonly unit: BuiltUnit }> = v.pipe(
  v.object({ wasm: bytes, plan, ...names }),
  v.transform((unit) => ({ unit })),
)

/** The answer to `compile` for the target `plan`. */
export const PlannedUnitSchema: v.GenericSchema<unknown, { readonly unit: PlannedUnit }> = v.pipe(
  v.object({ plan, ...names }),
  v.transform((unit) => ({ unit })),
)

/** The answer to `compile` for the target `wasm`. */
export const WasmSchema: v.GenericSchema<unknown, { readonly wasm: Uint8Array }> = v.object({
  wasm: bytes,
})
