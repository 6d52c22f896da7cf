import type { Json, JsonObject } from '@vedette/core/json/json'

import { digestOf } from '../digest.ts'
import { pythonJson } from './python-json.ts'

/** What an entry brought in the form that OPAL reports and hashes: it reads a patch as four members. */
export function asOpalReads(saveMethod: string, data: Json): Json {
  return saveMethod === 'PATCH' && Array.isArray(data) ? data.map(patchAction) : data
}

/** SHA-256 of a string as it is, and of anything else as Python writes it. */
export function hashOf(data: Json): string {
  return digestOf(typeof data === 'string' ? data : pythonJson(data))
}

/** OPAL's models take no null for the data of what is not PUT, and any data of a DELETE for a mistake. */
export function dataMember(saveMethod: string, data: Json | undefined): { readonly data?: Json } {
  if (data !== undefined) return { data }
  return saveMethod === 'PUT' ? { data: null } : {}
}

/** OPAL's JSONPatchAction: all four members, in this order. */
function patchAction(operation: Json): Json {
  if (operation === null || typeof operation !== 'object' || Array.isArray(operation))
    return operation
  const { op = null, path = null, value = null, from = null } = operation as JsonObject
  return { op, path, value, from_field: from }
}
