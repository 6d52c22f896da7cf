import { isDeepStrictEqual } from 'node:util'

import type { Manifest, Unit } from '@vedette/core/bundle/manifest'
import type { PatchOperation } from '@vedette/core/bundle/patch'
import { formatPointer } from '@vedette/core/json/pointer'

import type { Deployed } from './units/workshop.ts'

type Listed = Pick<Deployed, 'policies' | 'units'>

/** The steps from one manifest to the next: whole policies and units. */
export function manifestSteps(before: Listed, after: Listed): readonly PatchOperation[] {
  return [
    ...stepsIn('policies', versionsIn(before), versionsIn(after)),
    ...stepsIn('units', unitsIn(before), unitsIn(after)),
  ]
}

function versionsIn({ policies }: Listed): ReadonlyMap<string, string> {
  return new Map(policies.map(({ name, version }) => [name, version]))
}

function unitsIn({ units }: Listed): ReadonlyMap<string, Unit> {
  return new Map([...units].map(([name, { unit }]) => [name, unit]))
}

function* stepsIn(
  collection: keyof Manifest,
  before: ReadonlyMap<string, string | Unit>,
  after: ReadonlyMap<string, string | Unit>,
): Generator<PatchOperation> {
  const pathOf = (name: string): string => formatPointer([collection, name])
  for (const name of before.keys()) if (!after.has(name)) yield { op: 'remove', path: pathOf(name) }
  for (const [name, value] of after) {
    const former = before.get(name)
    if (former === undefined) yield { op: 'add', path: pathOf(name), value }
    else if (!isDeepStrictEqual(former, value)) yield { op: 'replace', path: pathOf(name), value }
  }
}
