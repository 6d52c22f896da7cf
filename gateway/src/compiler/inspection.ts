import * as v from 'valibot'

import type { InspectedModule } from '../catalog/units/compile.ts'

export interface Inspection {
  readonly modules: readonly InspectedModule[]
}

const paths = v.array(v.string())

/** The answer to `inspect`. */
export const InspectionSchema: v.GenericSchema<unknown, Inspection> = v.object({
  modules: v.array(
    v.object({
      file: v.string(),
      package: v.string(),
      rules: paths,
      functions: paths,
      refs: paths,
    }),
  ),
})
