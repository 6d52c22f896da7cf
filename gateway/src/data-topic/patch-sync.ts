import type { PatchOperation } from '@vedette/core/bundle/patch'
import { VedetteError } from '@vedette/core/errors'
import { isJsonArray, isJsonObject } from '@vedette/core/json/equal'
import type { Json, JsonObject } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import { formatPointer, parsePointer } from '@vedette/core/json/pointer'
import { stringifyJson } from '@vedette/core/json/stringify'

const messageName = 'OPA_PDP_DATA_PATCH_SYNC'

/** Go's numbers of operations, by position. */
const operationNames = ['add', 'remove', 'replace'] as const

/** A patch on the topic that OPA-PDPs share: who served it, and what it changes. */
export interface PatchSync {
  readonly sourceId: string
  readonly operations: readonly PatchOperation[]
}

/** The record's text as the Go PDP writes it: capitalised members, numeric operations, paths in plain segments. */
export function writePatchSync({ sourceId, operations }: PatchSync): string {
  return stringifyJson({
    header: { messageName, 'source-id': sourceId },
    patchInfos: operations.map((operation) => ({
      Path: parsePointer(operation.path),
      Op: operationNames.indexOf(operation.op),
      Value: operation.op === 'remove' ? null : operation.value,
    })),
  })
}

/**
 * Reads a record; `undefined` for another message. Names of members are matched as Go does, in any case. Throws
 * `JsonError`, or `VedetteError` `ERR_MALFORMED` for a patch that is none.
 */
export function readPatchSync(text: string): PatchSync | undefined {
  const record = parseJson(text)
  const header = memberOf(record, 'header')
  if (memberOf(header, 'messageName') !== messageName) return undefined
  const sourceId = memberOf(header, 'source-id')
  const infos = memberOf(record, 'patchInfos')
  if (!isJsonArray(infos) || infos.length === 0) throw malformed('patchInfos must hold operations')
  return {
    sourceId: typeof sourceId === 'string' ? sourceId : '',
    operations: infos.map(operationFrom),
  }
}

function operationFrom(info: Json): PatchOperation {
  const segments = memberOf(info, 'Path')
  const op = operationNames[Number(memberOf(info, 'Op') ?? 0)]
  if (!isJsonArray(segments) || segments.length === 0 || !segments.every(isText))
    throw malformed('Path must be a list of segments')
  if (op === undefined) throw malformed('Op must be 0, 1 or 2')
  const path = formatPointer(segments)
  return op === 'remove' ? { op, path } : { op, path, value: memberOf(info, 'Value') ?? null }
}

function isText(value: Json): value is string {
  return typeof value === 'string'
}

/** The member of this name, or else of a name that differs in case alone. */
function memberOf(value: Json | undefined, name: string): Json | undefined {
  if (!isJsonObject(value)) return undefined
  const exact = ownOf(value, name)
  if (exact !== undefined) return exact
  const key = Object.keys(value).find((each) => each.toLowerCase() === name.toLowerCase())
  return key === undefined ? undefined : value[key]
}

function ownOf(value: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined
}

function malformed(reason: string): VedetteError<'ERR_MALFORMED'> {
  return new VedetteError('ERR_MALFORMED', `no data patch: ${reason}`)
}
