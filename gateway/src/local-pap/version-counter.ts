import type { ToscaPolicy } from '../pap/tosca-policy.ts'
import type { PolicyFolder } from './policy-folder.ts'
import { namedPolicy } from './tosca-template.ts'

/** Gives a folder the version `1.0.<n>`: n counts how often its content changed in this run. */
export function createVersionCounter(): (folder: PolicyFolder) => ToscaPolicy {
  const latest = new Map<string, { readonly content: string; readonly changes: number }>()
  return ({ name, properties }) => {
    const content = JSON.stringify(properties)
    const known = latest.get(name)
    const changes = known === undefined ? 0 : known.changes + (known.content === content ? 0 : 1)
    latest.set(name, { content, changes })
    return namedPolicy(name, `1.0.${changes}`, properties)
  }
}
