import { readFile } from 'node:fs/promises'

import type { UnitSource } from './publisher.ts'

const fixtures = new URL('../../../core/src/evaluator/fixtures/', import.meta.url)

/** A unit of the evaluator's fixtures; the first line of its source names its entrypoints. */
export async function fixtureUnit(name: string, entryPackage: string): Promise<UnitSource> {
  const source = await readFile(new URL(`${name}.rego`, fixtures), 'utf8')
  const [first = ''] = source.split('\n')
  const entrypoints = first.replace('# entrypoints: ', '').trim().split(/\s+/)
  const wasm = await readFile(new URL(`${name}.wasm`, fixtures))
  return { packages: [entryPackage], entrypoints, wasm: new Uint8Array(wasm) }
}

/** Roles of the fixture `rbac`: who may do what below which path. */
export const roles = {
  node: {
    users: { alice: { roles: ['reader'] } },
    roles: { reader: { permissions: [{ action: 'read', prefix: '/docs' }] } },
  },
}

export const aliceReads = { user: 'alice', action: 'read', resource: { path: '/docs/a' } }

export const alicesRole = '/node/users/alice/roles'
