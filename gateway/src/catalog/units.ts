import type { Digest } from '@vedette/core/bundle/digest'
import { digestOf } from '@vedette/core/bundle/digest'
import type { Manifest } from '@vedette/core/bundle/manifest'

import type { Deployed } from './deploy.ts'
import type { Policy } from './policy.ts'

export interface Program {
  readonly manifest: Manifest
  readonly wasm: ReadonlyMap<Digest, Uint8Array>
}

/** The manifest of what was deployed, and the units it names: for now one, `all`. */
export async function programOf({ policies, unit }: Deployed): Promise<Program> {
  const listed = policies.map(({ name, version }) => ({ name, version }))
  if (!unit) return { manifest: { policies: listed, units: [] }, wasm: new Map() }
  const { wasm, packages, entrypoints, functions, reads } = unit
  const digest = await digestOf(wasm)
  const all = {
    name: 'all',
    packages: [...packages],
    entrypoints: [...entrypoints],
    functions: [...functions],
    reads: reads.map((path) => [...path]),
    wasm: digest,
  }
  return { manifest: { policies: listed, units: [all] }, wasm: new Map([[digest, wasm]]) }
}

/** Names a set of policies by what is in them: 40 hex digits, as a commit of a policy repository has. */
export async function policiesId(policies: readonly Pick<Policy, 'tosca'>[]): Promise<string> {
  const contents = policies.map(({ tosca: { name, version, properties } }) => [
    name,
    version,
    sorted(properties.policy),
    sorted(properties.data),
  ])
  return (await digestOf(JSON.stringify(contents))).slice(0, 40)
}

function sorted(texts: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(texts).toSorted(([a], [b]) => (a < b ? -1 : 1))
}
