import type { ToscaPolicy } from '../pap/tosca-policy.ts'
import type { PolicySource } from './policy-directory.ts'
import { createVersionCounter } from './version-counter.ts'

/** Turns readings of the directory into the policies to assign. */
export type Inventory = (sources: readonly PolicySource[]) => readonly ToscaPolicy[]

/**
 * A source that breaks keeps its last good policies, as it would at a PAP that refuses the new ones.
 * `refused` is called once for each new reason.
 */
export function createInventory(refused: (path: string, reason: string) => void): Inventory {
  const numbered = createVersionCounter()
  let good = new Map<string, readonly ToscaPolicy[]>()
  let refusals = new Map<string, string>()

  function policiesOf(source: PolicySource): readonly ToscaPolicy[] {
    if ('folder' in source) return [numbered(source.folder)]
    return 'template' in source ? source.template : (good.get(source.path) ?? [])
  }

  return (sources) => {
    const owners = new Map<string, string>()
    const reasons = new Map<string, string>()
    for (const source of sources) if ('refusal' in source) reasons.set(source.path, source.refusal)
    good = new Map(sources.map((source) => [source.path, policiesOf(source)]))
    const policies = [...good].flatMap(([path, list]) =>
      list.filter(({ name }) => {
        const owner = owners.get(name)
        if (owner === undefined) owners.set(name, path)
        else reasons.set(path, `Policy '${name}' is already in ${owner}.`)
        return owner === undefined
      }),
    )
    for (const [path, reason] of reasons) if (refusals.get(path) !== reason) refused(path, reason)
    refusals = reasons
    return policies
  }
}
