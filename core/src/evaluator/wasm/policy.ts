import type { Json } from '../../json/json.ts'
import type { BuiltinContext } from '../builtins/builtin.ts'
import type { Builtins } from '../builtins/table.ts'
import { EvaluationError } from '../evaluator.ts'
import type { Address } from './abi.ts'
import { callBuiltin, createBuiltinTable } from './builtins.ts'
import { createInstance, type Instance } from './instance.ts'
import { pageBytes } from './memory.ts'
import { readResult, type Entrypoint } from './result.ts'
import { replaceHalfCharacters } from './surrogates.ts'
import type { WasmModule } from './webassembly.ts'

/**
 * A started policy. Its data lies at the bottom of the heap, and every decision first drops what is above:
 * no decision leaves anything behind. After an error it must not be used again.
 */
export interface Policy {
  readonly entrypoints: ReadonlyMap<string, Entrypoint>
  /** What the memory has grown to; it never shrinks. */
  memoryBytes(): number
  load(document: string): void
  decide(entrypoint: Entrypoint, input: string | undefined): Json | undefined
}

/** A text and its parsed value take 13 to 20 times the text, the denser the more: measured with OPA 1.22. */
const bytesPerTextByte = 20
/** Below this the allocator's own growth, a page at a time, is no burden. */
const smallText = 16_384
const encoder = new TextEncoder()

export interface PolicyOptions {
  readonly builtins: Builtins
  readonly maxMemoryBytes?: number | undefined
}

export function startPolicy(
  module: WasmModule,
  { builtins: available, maxMemoryBytes }: PolicyOptions,
): Policy {
  let context: BuiltinContext = {}
  const instance: Instance = createInstance(module, {
    maxMemoryBytes,
    callBuiltin: (id, _, ...values) => callBuiltin(instance, builtins(id), { values, context }),
  })
  const { exports, memory } = instance
  const builtins = createBuiltinTable(readTable(instance, exports.builtins()), available)
  const entrypoints = Object.entries(readTable(instance, exports.entrypoints()))
  const question = exports.opa_eval_ctx_new()
  const bottom = exports.opa_heap_ptr_get()
  let floor = bottom

  return {
    entrypoints: new Map(entrypoints.map(([name, id]) => [name, { id, hasSets: false }])),
    memoryBytes: () => memory.memory.buffer.byteLength,
    load(document) {
      exports.opa_heap_ptr_set(bottom)
      exports.opa_eval_ctx_set_data(question, parseData(instance, document))
      floor = exports.opa_heap_ptr_get()
    },
    decide(entrypoint, input) {
      context = {}
      exports.opa_heap_ptr_set(floor)
      exports.opa_eval_ctx_set_input(
        question,
        input === undefined ? 0 : parseInput(instance, input),
      )
      exports.opa_eval_ctx_set_entrypoint(question, entrypoint.id)
      if (exports.eval(question) !== 0) throw new EvaluationError('ERR_EVALUATION', 'eval failed')
      const result = exports.opa_value_dump(exports.opa_eval_ctx_get_result(question))
      return readResult(memory, result, entrypoint)
    },
  }
}

function readTable(
  { exports, memory }: Instance,
  table: Address,
): Readonly<Record<string, number>> {
  return JSON.parse(memory.read(exports.opa_json_dump(table))) as Record<string, number>
}

function parseData(instance: Instance, document: string): Address {
  const { exports, memory } = instance
  const bytes = encoder.encode(replaceHalfCharacters(document))
  reserve(instance, bytes.length * bytesPerTextByte)
  const text = exports.opa_malloc(bytes.length)
  memory.writeBytes(bytes, text)
  return parsed(exports.opa_json_parse(text, bytes.length), 'data')
}

function parseInput(instance: Instance, input: string): Address {
  const { exports, memory } = instance
  const json = replaceHalfCharacters(input)
  if (json.length > smallText) reserve(instance, json.length * bytesPerTextByte)
  const text = exports.opa_malloc(json.length * 3)
  return parsed(exports.opa_json_parse(text, memory.write(json, text)), 'input')
}

function parsed(value: Address, what: string): Address {
  if (value === 0) throw new EvaluationError('ERR_EVALUATION', `the ${what} is not JSON`)
  return value
}

/**
 * Makes room in one step: page by page, as the allocator grows by itself, 10 MB of data took 16 s instead of
 * 0.2 s. A block is taken and given back; the memory stays.
 */
function reserve({ exports, memory }: Instance, bytes: number): void {
  const top = exports.opa_heap_ptr_get()
  // The allocator asks for up to a page more than it needs, which must not be the one too many.
  exports.opa_malloc(Math.max(0, Math.min(bytes, memory.roomBytes() - pageBytes)))
  exports.opa_heap_ptr_set(top)
}
