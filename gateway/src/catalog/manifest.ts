import { isDeepStrictEqual } from 'node:util'

import type { Manifest } from '@vedette/core/bundle/manifest'
import type { PatchOperation } from '@vedette/core/bundle/patch'
import { formatPointer } from '@vedette/core/json/pointer'

import type { Deployed } from './workshop.ts'

export function manifestOf({ policies, units }: Pick<Deployed, 'policies' | 'units'>): Manifest {
  return {
    policies: Object.fromEntries(policies.map(({ name, version }) => [name, version])),
    units: Object.fromEntries([...units].map(([name, { unit }]) => [name, unit])),
  }
}

/** The steps from one manifest to the next: whole policies and units. */
export function manifestSteps(before: Manifest, after: Manifest): readonly PatchOperation[] {
  return [
    ...stepsIn('policies', before.policies, after.policies),
    ...stepsIn('units', before.units, after.units),
  ]
}

function* stepsIn<Collection extends keyof Manifest>(
  collection: Collection,
  before: Manifest[Collection],
  after: Manifest[Collection],
): Generator<PatchOperation> {
  for (const name of Object.keys(before)) {
    if (!Object.hasOwn(after, name)) yield { op: 'remove', path: formatPointer([collection, name]) }
  }
  for (const [name, value] of Object.entries(after)) {
    const isKnown = Object.hasOwn(before, name)
    if (isKnown && isDeepStrictEqual(before[name], value)) continue
    yield { op: isKnown ? 'replace' : 'add', path: formatPointer([collection, name]), value }
  }
}
