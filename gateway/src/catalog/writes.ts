import { setImmediate as breathe } from 'node:timers/promises'

import { patchManifest } from '@vedette/core/bundle/manifest-patch'
import type { PatchOperation } from '@vedette/core/bundle/patch'
import { parsePointer } from '@vedette/core/json/pointer'

import { CatalogError } from './catalog-error.ts'
import type { DataChange, DataPatch } from './catalog.ts'
import { stepsOf } from './data/data-steps.ts'
import { difference } from './data/document.ts'
import { patched } from './data/patched.ts'
import { checkAddress, checkKept, checkWritable } from './data/reserved.ts'
import type { InForce } from './in-force.ts'
import { manifestSteps } from './manifest.ts'
import { policiesId } from './policies/policies-id.ts'
import type { Write } from './publication.ts'
import type { Deployed } from './units/workshop.ts'

/** A deployment as a write. The first one also says what the data is, even where it brings none. */
export async function policyWrite(current: InForce, next: Deployed): Promise<Write> {
  const { policies, document } = next
  const touched = [...current.policies, ...policies].flatMap(({ data }) =>
    data.map(({ path }) => path),
  )
  const operations = difference(current.document, document, touched)
  // Each of these takes milliseconds for hundreds of policies, and decisions are asked for meanwhile.
  await breathe()
  const steps = manifestSteps(current, next)
  await breathe()
  const policy = { value: patchManifest(current.manifest, steps), operations: steps }
  await breathe()
  const data = { value: document, operations }
  const { logs } = current
  return {
    transaction: { id: policiesId(policies), kind: 'policy' },
    deployed: next,
    ...((policy.operations.length > 0 || logs.policy.length === 0) && { policy }),
    ...((operations.length > 0 || logs.data.length === 0) && { data }),
  }
}

/** A data update as a write; the steps say every parent they create. */
export function dataWrite(current: InForce, { id, writes, onUnfit, note }: DataChange): Write {
  const packages = current.policies.flatMap((policy) => policy.packages)
  const check = (path: readonly string[]): void => checkWritable(path, packages)
  const operations: PatchOperation[] = []
  const unfit: CatalogError[] = []
  let { document } = current
  for (const [index, write] of writes.entries()) {
    try {
      checkAddress(write.path)
      const steps = stepsOf(document, write, check)
      document = patched(document, steps)
      operations.push(...steps)
    } catch (error) {
      if (!onUnfit || !(error instanceof CatalogError)) throw error
      unfit.push(error)
      onUnfit(index, error)
    }
  }
  if (unfit[0] && unfit.length === writes.length) throw unfit[0]
  const data = { value: document, operations }
  return { transaction: { id, kind: 'data' }, ...(note && { note }), data }
}

/** A patch as a write: its steps travel as they are. Whoever sends it may change what policies keep, and nothing else. */
export function patchWrite(current: InForce, { id, operations, note, setting }: DataPatch): Write {
  const packages = current.policies.flatMap((policy) => policy.packages)
  const places = current.policies.flatMap(({ data }) => data.map(({ path }) => path))
  const paths = operations.map(({ path }) => parsePointer(path))
  for (const path of paths) {
    checkAddress(path)
    checkWritable(path, packages)
  }
  const document = patched(current.document, operations)
  for (const path of paths) checkKept(path, places)
  const data = { value: document, operations }
  return { transaction: { id, kind: 'data' }, ...(note && { note }), setting, data }
}
