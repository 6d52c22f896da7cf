import { letterF, letterN, letterS, letterT } from '../../json/characters.ts'
import { isJsonArray } from '../../json/equal.ts'
import type { Json, JsonObject } from '../../json/json.ts'
import { parseJson } from '../../json/parse.ts'
import { isPlainJson } from '../../json/scan.ts'
import { mayHoldStrangeNumber } from '../../json/strange-number.ts'
import { valueInside } from '../inside.ts'
import { toJson } from '../value-json.ts'
import { parseValue, parseValueAsJson } from '../value-text.ts'
import type { Address } from './abi.ts'
import { decodeUtf8, type TextMemory } from './memory.ts'

/** `hasSets` is learnt from the first answer that is no plain JSON, so that the attempt is not paid again. */
export type Entrypoint = { readonly id: number; hasSets: boolean }

const prefix = '{{"result": '
const suffix = '}}'

/** Reads a result in OPA's value format: the set `{{"result": …}}`, or `set()` when undefined. */
export function readResult(
  memory: TextMemory,
  address: Address,
  entrypoint: Entrypoint,
): Json | undefined {
  if (memory.byteAt(address) === letterS) return undefined
  const start = address + prefix.length
  switch (memory.byteAt(start)) {
    case letterT:
      return true
    case letterF:
      return false
    case letterN:
      return null
    default:
      return parseResult(memory.bytesFrom(start - 1).subarray(0, -suffix.length), entrypoint)
  }
}

/** The value at a path inside the result. */
export function readInside(
  memory: TextMemory,
  address: Address,
  path: readonly string[],
): Json | undefined {
  if (memory.byteAt(address) === letterS) return undefined
  const bytes = memory.bytesFrom(address + prefix.length - 1).subarray(0, -suffix.length)
  const value = valueInside(parseValue(decodeUtf8(bytes)), path)
  return value === undefined ? undefined : toJson(value)
}

function parseResult(bytes: Uint8Array, entrypoint: Entrypoint): Json {
  const text = decodeUtf8(bytes)
  const value = entrypoint.hasSets ? undefined : parsePlain(text)
  if (value === undefined) {
    entrypoint.hasSets = true
    return parseValueAsJson(text)
  }
  return isUnharmed(value, text, bytes) ? value : parseJson(text)
}

/** From cheap to exact: most results hold no escape, and no number at all or none that is strange. */
function isUnharmed(value: Json, text: string, bytes: Uint8Array): boolean {
  const harmless = !text.includes('\\') && (!holdsNumber(value) || !mayHoldStrangeNumber(text))
  return harmless || isPlainJson(bytes)
}

/** Sets and keys that are no strings make a text that JSON refuses, so plain JSON holds neither. */
function parsePlain(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}

function holdsNumber(value: Json | undefined): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'number'
  if (isJsonArray(value)) {
    for (const item of value) if (holdsNumber(item)) return true
    return false
  }
  for (const key in value) if (holdsNumber((value as JsonObject)[key])) return true
  return false
}
