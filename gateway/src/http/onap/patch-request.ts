import type { PatchOperation } from '@vedette/core/bundle/patch'
import { isJsonObject } from '@vedette/core/json/equal'
import type { Json, JsonObject } from '@vedette/core/json/json'
import * as v from 'valibot'

import type { Catalog } from '../../catalog/catalog.ts'
import { commonMembers } from './common-members.ts'
import { PatchRequestError } from './patch-error.ts'
import { readOperation, withoutOuterSlashes } from './patch-operation.ts'
import type { RequestSchema } from './request.ts'
import { readRequest } from './request.ts'

interface PatchRequest {
  readonly policyName: string
  readonly data: readonly JsonObject[]
}

const operation = v.custom<JsonObject>(
  (value) => isJsonObject(value as Json),
  'data must be a list of objects',
)
const operations = v.pipe(
  v.array(operation),
  v.minLength(1, 'Data is required and cannot be empty'),
)

const schema: RequestSchema<PatchRequest> = v.object({
  ...commonMembers,
  data: v.pipe(v.nullish(v.array(operation), []), operations),
})

export interface ReadPatch {
  /** Of the policy whose data it changes. */
  readonly policyName: string
  readonly operations: readonly PatchOperation[]
}

/**
 * The operations of a PATCH at `path`, which is one of the policy's data or lies below it, segment by segment.
 * Throws `PatchRequestError`.
 */
export function readPatch(
  text: string,
  path: readonly string[],
  catalog: Pick<Catalog, 'dataPaths'>,
): ReadPatch {
  const { policyName, data } = readBody(text)
  const below = withoutOuterSlashes(path)
  const places = catalog.dataPaths(policyName)
  if (!places) {
    throw new PatchRequestError('Policy associated with the patch request does not exists')
  }
  if (!places.some((place) => isAtOrBelow(below, place))) {
    const keys = places.map((place) => place.join('.')).join(' ')
    throw new PatchRequestError(
      `Dynamic Data add/replace/remove for policy '${policyName}' expected under url path '[${keys}]'`,
    )
  }
  return { policyName, operations: data.map((item) => readOperation(item, below)) }
}

function readBody(text: string): PatchRequest {
  const reading = readRequest(text, schema)
  if ('request' in reading) return reading.request
  throw new PatchRequestError(
    'invalid' in reading
      ? reading.invalid
      : `error in decoding request data: ${reading.undecodable}`,
  )
}

function isAtOrBelow(path: readonly string[], place: readonly string[]): boolean {
  return place.every((segment, index) => segment === path[index])
}
