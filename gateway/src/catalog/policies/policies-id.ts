import { createHash } from 'node:crypto'

import type { Policy } from './policy.ts'

type Tosca = Policy['tosca']

/** Computed once: a policy that was received does not change. */
const digests = new WeakMap<Tosca, string>()

/** Names a set of policies by what is in them: 40 hex digits, as a commit of a policy repository has. */
export function policiesId(policies: readonly Pick<Policy, 'tosca'>[]): string {
  return sha256(policies.map(({ tosca }) => digestOf(tosca)).join('\n')).slice(0, 40)
}

function digestOf(tosca: Tosca): string {
  const known = digests.get(tosca)
  if (known !== undefined) return known
  const { name, version, properties } = tosca
  const texts = [sorted(properties.policy), sorted(properties.data)]
  const digest = sha256(JSON.stringify([name, version, ...texts]))
  digests.set(tosca, digest)
  return digest
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function sorted(texts: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(texts).toSorted(([a], [b]) => (a < b ? -1 : 1))
}
