import { JsonError, type Json } from '../../json/json.ts'
import { parseJson } from '../../json/parse.ts'
import { parseValue } from '../value-text.ts'
import { toJson } from '../value.ts'
import type { Address } from './abi.ts'
import type { TextMemory } from './memory.ts'

/** `hasSets` is learnt from the first answer that is no plain JSON, so that the attempt is not paid again. */
export type Entrypoint = { readonly id: number; hasSets: boolean }

const prefix = '{{"result": '
const suffix = '}}'
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
      return parseResult(memory.read(start, suffix.length), entrypoint)
  }
}

/** Sets and keys that are no strings make a text that JSON refuses, so plain JSON holds neither. */
function parseResult(text: string, entrypoint: Entrypoint): Json {
  if (!entrypoint.hasSets) {
    try {
      return parseJson(text)
    } catch (error) {
      if (!(error instanceof JsonError)) throw error
      entrypoint.hasSets = true
    }
  }
  return toJson(parseValue(text))
}
