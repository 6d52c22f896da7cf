import type { Builtin } from '../builtin.ts'
import { reachablePaths } from './paths.ts'
import { reachable } from './reachable.ts'

export const builtins: Readonly<Record<string, Builtin>> = {
  'graph.reachable': reachable,
  'graph.reachable_paths': reachablePaths,
}
