import * as v from 'valibot'

import { bytes } from './bytes.ts'

export interface Bundle {
  /** A `.tar.gz` that OPA loads: sources, data, `/policy.wasm`, and a manifest with the wasm's entrypoints. */
  readonly bundle: Uint8Array
}

/** The answer to `bundle`. */
export const BundleSchema: v.GenericSchema<unknown, Bundle> = v.object({ bundle: bytes })
