import type { Json } from '../../json/json.ts'
import { parseJson } from '../../json/parse.ts'
import { isPlainJson } from '../../json/scan.ts'
import { parseValueAsJson } from '../value-text.ts'
import type { Address } from './abi.ts'
import { decodeUtf8, type TextMemory } from './memory.ts'

/** `hasSets` is learnt from the first answer that is no plain JSON, so that the attempt is not paid again. */
export type Entrypoint = { readonly id: number; hasSets: boolean }

const prefix = '{{"result": '
const suffix = '}}'
const anyNumber = /[ [{-][0-9]/
const fraction = /[0-9][.eE]/
const manyDigits = /[0-9]{16}/
const [letterF, letterN, letterS, letterT] = [0x66, 0x6e, 0x73, 0x74]

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
      return parseResult(memory.bytesFrom(start).subarray(0, -suffix.length), entrypoint)
  }
}

function parseResult(bytes: Uint8Array, entrypoint: Entrypoint): Json {
  const text = decodeUtf8(bytes)
  const value = entrypoint.hasSets ? undefined : parsePlain(text)
  if (value === undefined) {
    entrypoint.hasSets = true
    return parseValueAsJson(text)
  }
  return mayHoldOddNumber(text) && !isPlainJson(bytes) ? parseJson(text) : value
}

/**
 * Whether something in the text looks like a number that a double may not carry as written. Three searches, none of
 * them clever, are several times faster than one that tells numbers from strings.
 */
function mayHoldOddNumber(text: string): boolean {
  if (!anyNumber.test(text)) return false
  return fraction.test(text) || manyDigits.test(text) || text.includes('-0')
}

/** Sets and keys that are no strings make a text that JSON refuses, so plain JSON holds neither. */
function parsePlain(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
