import type { Builtin } from '../builtin.ts'
import { reachablePaths } from './paths.ts'

export const builtins: Readonly<Record<string, Builtin>> = {
  'graph.reachable_paths': reachablePaths,
}
