import { createHash } from 'node:crypto'

import type { Json, JsonObject } from '@vedette/core/json/json'

import { pythonJson } from './python-json.ts'

/** OPAL's hash of what an entry brought. A patch is hashed in the form in which OPAL reads it. */
export function hashOfEntry(saveMethod: string, data: Json): string {
  const isPatch = saveMethod === 'PATCH' && Array.isArray(data)
  return hashOf(isPatch ? data.map(patchAction) : data)
}

/** SHA-256 of a string as it is, and of anything else as Python writes it. */
export function hashOf(data: Json): string {
  return createHash('sha256')
    .update(typeof data === 'string' ? data : pythonJson(data))
    .digest('hex')
}

/** OPAL's JSONPatchAction: all four members, in this order. */
function patchAction(operation: Json): Json {
  const { op, path, value = null, from = null } = operation as JsonObject
  return { op: op ?? null, path: path ?? null, value, from_field: from }
}
