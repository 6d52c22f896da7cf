import { patchManifest } from '@vedette/core/bundle/manifest-patch'
import { applyPatch } from '@vedette/core/bundle/patch'
import type { PatchOperation } from '@vedette/core/bundle/patch'
import { parsePointer } from '@vedette/core/json/pointer'

import type { DataChange, DataPatch } from './catalog.ts'
import { difference, putOperation } from './document.ts'
import type { InForce } from './in-force.ts'
import { manifestSteps } from './manifest.ts'
import { patched } from './patched.ts'
import { policiesId } from './policies-id.ts'
import type { Write } from './publication.ts'
import { checkWritable } from './reserved.ts'
import type { Deployed } from './workshop.ts'

/** A deployment as a write. The first one also says what the data is, even where it brings none. */
export function policyWrite(current: InForce, next: Deployed): Write {
  const { policies, document } = next
  const touched = [...current.policies, ...policies].flatMap(({ data }) =>
    data.map(({ path }) => path),
  )
  const operations = difference(current.document, document, touched)
  const steps = manifestSteps(current, next)
  const policy = { value: patchManifest(current.manifest, steps), operations: steps }
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
export function dataWrite(current: InForce, { id, writes }: DataChange): Write {
  const packages = current.policies.flatMap((policy) => policy.packages)
  const operations: PatchOperation[] = []
  let { document } = current
  for (const write of writes) {
    checkWritable(write.path, packages)
    const operation = putOperation(document, write)
    operations.push(operation)
    document = applyPatch(document, [operation])
  }
  return { transaction: { id, kind: 'data' }, data: { value: document, operations } }
}

/** A patch as a write: its steps travel as they are. */
export function patchWrite(current: InForce, { id, operations }: DataPatch): Write {
  const packages = current.policies.flatMap((policy) => policy.packages)
  for (const { path } of operations) checkWritable(parsePointer(path), packages)
  const document = patched(current.document, operations)
  return { transaction: { id, kind: 'data' }, data: { value: document, operations } }
}
