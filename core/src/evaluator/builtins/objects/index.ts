import type { Builtin } from '../builtin.ts'
import { objectFilter, objectGet, objectKeys, objectRemove } from './members.ts'
import { jsonPatch } from './patch.ts'
import { jsonFilter, jsonRemove } from './prune.ts'
import { objectSubset } from './subset.ts'
import { objectUnion, objectUnionAll } from './union.ts'
import { walk } from './walk.ts'

export const builtins: Readonly<Record<string, Builtin>> = {
  'json.filter': jsonFilter,
  'json.patch': jsonPatch,
  'json.remove': jsonRemove,
  'object.filter': objectFilter,
  'object.get': objectGet,
  'object.keys': objectKeys,
  'object.remove': objectRemove,
  'object.subset': objectSubset,
  'object.union': objectUnion,
  'object.union_n': objectUnionAll,
  walk,
}
