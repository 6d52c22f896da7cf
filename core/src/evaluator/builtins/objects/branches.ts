import { ValueMap } from '../../value-map.ts'
import { itemsOf, type RegoValue } from '../../value.ts'
import { BuiltinError } from '../operand.ts'
import { pathFrom, type Path } from './pointer.ts'

/** Paths as a tree: what leads on, by key. */
export type Branches = ValueMap<Branch>

/** Without `below` a path ends here, and the whole value is meant. */
export type Branch = { readonly key: RegoValue; readonly below: Branches | undefined }

/** The tree of an array or set of paths. */
export function branchesFrom(operand: RegoValue | undefined): Branches {
  const paths = itemsOf(operand)
  if (!paths) throw new BuiltinError('operand must be a set or an array')
  const root: Branches = new ValueMap()
  for (const path of paths.map(pathFrom)) grow(root, path)
  return root
}

function grow(root: Branches, path: Path): void {
  let branches: Branches | undefined = root
  for (const [at, key] of path.entries()) {
    branches = at === path.length - 1 ? end(branches, key) : lead(branches, key)
    if (!branches) return
  }
}

/** A path through the end of another adds nothing. */
function lead(branches: Branches, key: RegoValue): Branches | undefined {
  const known = branches.get(key)
  if (known) return known.below
  const below: Branches = new ValueMap()
  branches.set(key, { key, below })
  return below
}

function end(branches: Branches, key: RegoValue): undefined {
  branches.set(key, { key: branches.get(key)?.key ?? key, below: undefined })
}
