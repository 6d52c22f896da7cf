import { isJsonObject } from '../../json/equal.ts'
import { replaceHalfCharacters } from '../../json/half-characters.ts'
import type { Json } from '../../json/json.ts'
import type { JsonSource } from '../../json/source.ts'
import { stringifyJson } from '../../json/stringify.ts'
import { EvaluationError } from '../evaluator.ts'
import type { Address } from './abi.ts'
import type { Instance } from './instance.ts'
import { pageBytes } from './memory.ts'
import type { Target } from './patch-targets.ts'

/** The data document in a policy's memory. */
export interface PolicyData {
  readonly address: Address
  /** Where the heap begins that a decision may use. */
  readonly floor: Address
}

/** A text and its parsed value take 13 to 20 times the text, the denser the more: measured with OPA 1.22. */
const bytesPerTextByte = 20
/** Larger objects are loaded member by member, so that no text of that size stays in memory behind them. */
const chunkLength = 2 ** 18
/** Freed blocks of more than 64 bytes wait in a list that stashing loses; an allocation of this size sorts them in. */
const bulkBytes = 128

/** What a patch usually brings. */
const shortLength = 1024

const encoder = new TextEncoder()

/** Puts a document at `bottom`, over whatever was there. */
export function loadData(instance: Instance, bottom: Address, document: JsonSource): PolicyData {
  const { exports } = instance
  exports.opa_heap_ptr_set(bottom)
  exports.opa_heap_stash_clear()
  const text = document.text()
  reserve(instance, text.length * bytesPerTextByte)
  const address =
    text.length > chunkLength && isJsonObject(document.value())
      ? parseChunks(instance, document.value())
      : parseText(instance, text)
  return { address, floor: setFloor(instance) }
}

/** Brings the document up to date, in place. False when it cannot be done here; it must then be loaded again. */
export function patchData(
  instance: Instance,
  { address, floor }: PolicyData,
  targets: readonly Target[],
): PolicyData | undefined {
  const { exports } = instance
  exports.opa_heap_ptr_set(floor)
  exports.opa_heap_blocks_restore()
  const isDone = targets.every((target) => applyTarget(instance, address, target))
  return isDone ? { address, floor: setFloor(instance) } : undefined
}

/**
 * Makes room in one step: page by page, as the allocator grows by itself, 10 MB of data took 16 s instead of
 * 0.2 s. A block is taken and given back; the memory stays.
 */
export function reserve({ exports, memory }: Instance, bytes: number): void {
  const top = exports.opa_heap_ptr_get()
  // The allocator asks for up to a page more than it needs, which must not be the one too many.
  exports.opa_malloc(Math.max(0, Math.min(bytes, memory.roomBytes() - pageBytes)))
  exports.opa_heap_ptr_set(top)
}

function setFloor({ exports }: Instance): Address {
  exports.opa_free(exports.opa_malloc(bulkBytes))
  exports.opa_heap_blocks_stash()
  return exports.opa_heap_ptr_get()
}

function parseChunks(instance: Instance, document: Json): Address {
  const root = parseText(instance, '{}')
  addMembers(instance, root, { path: [], value: document })
  return root
}

function addMembers(instance: Instance, root: Address, { path, value }: Target): void {
  if (!isJsonObject(value)) return
  for (const [key, member] of Object.entries(value)) {
    const at = [...path, key]
    const text = stringifyJson(member)
    const isLarge = text.length > chunkLength && isJsonObject(member)
    addText(instance, root, [at, isLarge ? '{}' : text])
    if (isLarge) addMembers(instance, root, { path: at, value: member })
  }
}

function applyTarget(instance: Instance, root: Address, { path, value }: Target): boolean {
  if (value !== undefined) return addText(instance, root, [path, stringifyJson(value)])
  const { exports } = instance
  const at = parseText(instance, JSON.stringify(path))
  const status = exports.opa_value_remove_path(root, at)
  exports.opa_value_free(at)
  return status === 0
}

type Addition = readonly [path: readonly string[], text: string]

function addText(instance: Instance, root: Address, [path, text]: Addition): boolean {
  const { exports } = instance
  const at = parseText(instance, JSON.stringify(path))
  const status = exports.opa_value_add_path(root, at, parseText(instance, text))
  exports.opa_value_free(at)
  return status === 0
}

/** Parses a text that does not stay in memory. */
function parseText(instance: Instance, text: string): Address {
  const { exports } = instance
  const { block, bytes } = placeText(instance, replaceHalfCharacters(text))
  const value = exports.opa_json_parse(block, bytes)
  if (value === 0) throw new EvaluationError('ERR_EVALUATION', 'the data is not JSON')
  exports.opa_free(block)
  return value
}

/** Encoding in place is four times quicker, but takes room for the longest that a text can become. */
function placeText({ exports, memory }: Instance, text: string): Placed {
  if (text.length <= shortLength) {
    const block = exports.opa_malloc(text.length * 3)
    return { block, bytes: memory.write(text, block) }
  }
  const encoded = encoder.encode(text)
  const block = exports.opa_malloc(encoded.length)
  memory.writeBytes(encoded, block)
  return { block, bytes: encoded.length }
}

type Placed = { readonly block: Address; readonly bytes: number }
