import type { Builtin } from '../builtin.ts'
import { jsonPatch } from './patch.ts'
import { objectSubset } from './subset.ts'

export const builtins: Readonly<Record<string, Builtin>> = {
  'json.patch': jsonPatch,
  'object.subset': objectSubset,
}
