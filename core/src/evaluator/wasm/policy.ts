import { replaceHalfCharacters } from '../../json/half-characters.ts'
import type { Json } from '../../json/json.ts'
import type { JsonSource } from '../../json/source.ts'
import type { BuiltinContext } from '../builtins/builtin.ts'
import { forgetPatterns } from '../builtins/patterns.ts'
import type { Builtins } from '../builtins/table.ts'
import { limitEffort } from '../effort.ts'
import { EvaluationError } from '../evaluator.ts'
import type { Address } from './abi.ts'
import { callBuiltin, createBuiltinTable } from './builtins.ts'
import { loadData, patchData, reserve, type PolicyData } from './data.ts'
import { createInstance, type Instance } from './instance.ts'
import type { Target } from './patch-targets.ts'
import { readInside, readResult, type Entrypoint } from './result.ts'
import type { WasmModule } from './webassembly.ts'

/**
 * A started policy. Its data lies at the bottom of the heap, and every decision first drops what is above:
 * no decision leaves anything behind. After an error it must not be used again.
 */
export interface Policy {
  readonly entrypoints: ReadonlyMap<string, Entrypoint>
  /** What the memory has grown to; it never shrinks. */
  memoryBytes(): number
  load(document: JsonSource): void
  /** Changes the data where it lies; false when it must be loaded anew instead, before anything is decided. */
  patch(targets: readonly Target[]): boolean
  decide(
    entrypoint: Entrypoint,
    input: string | undefined,
    inside?: readonly string[],
  ): Json | undefined
}

/** An input and its value take about as much as data. */
const bytesPerTextByte = 20
/** Below this the allocator's own growth, a page at a time, is no burden. */
const smallText = 16_384

export interface PolicyOptions {
  readonly builtins: Builtins
  readonly effort?: number | undefined
  readonly maxMemoryBytes?: number | undefined
}

export function startPolicy(
  module: WasmModule,
  { builtins: available, effort = 100_000_000, maxMemoryBytes }: PolicyOptions,
): Policy {
  let context: BuiltinContext = {}
  const instance: Instance = createInstance(module, {
    maxMemoryBytes,
    callBuiltin: (id, _, ...values) =>
      callBuiltin(instance, builtins(id), { values, context, floor: data?.floor ?? bottom }),
  })
  const { exports, memory } = instance
  const builtins = createBuiltinTable(readTable(instance, exports.builtins()), available)
  const entrypoints = Object.entries(readTable(instance, exports.entrypoints()))
  const question = exports.opa_eval_ctx_new()
  const bottom = exports.opa_heap_ptr_get()
  let data: PolicyData | undefined
  /** Data that was patched beyond it is loaded anew. */
  let ceiling = bottom

  function hold(held: PolicyData): void {
    data = held
    exports.opa_eval_ctx_set_data(question, held.address)
  }

  function evaluate(): void {
    limitEffort(effort)
    try {
      if (exports.eval(question) !== 0) throw new EvaluationError('ERR_EVALUATION', 'eval failed')
    } finally {
      limitEffort(Infinity)
      forgetPatterns()
    }
  }

  return {
    entrypoints: new Map(entrypoints.map(([name, id]) => [name, { id, hasSets: false }])),
    memoryBytes: () => memory.memory.buffer.byteLength,
    load(document) {
      hold(loadData(instance, bottom, document))
      ceiling = ceilingOf(bottom, data?.floor ?? bottom)
    },
    patch(targets) {
      const patched = data && patchData(instance, data, targets)
      if (!patched || patched.floor > ceiling) return false
      hold(patched)
      return true
    },
    decide(entrypoint, input, inside = []) {
      context = {}
      exports.opa_heap_ptr_set(data?.floor ?? bottom)
      exports.opa_eval_ctx_set_input(
        question,
        input === undefined ? 0 : parseInput(instance, input),
      )
      exports.opa_eval_ctx_set_entrypoint(question, entrypoint.id)
      evaluate()
      const result = exports.opa_value_dump(exports.opa_eval_ctx_get_result(question))
      return inside.length === 0
        ? readResult(memory, result, entrypoint)
        : readInside(memory, result, inside)
    },
  }
}

/** A quarter more than what was loaded, and some room for small data to grow. */
function ceilingOf(bottom: Address, floor: Address): Address {
  return floor + Math.max((floor - bottom) / 4, 2 ** 20)
}

function readTable(
  { exports, memory }: Instance,
  table: Address,
): Readonly<Record<string, number>> {
  return JSON.parse(memory.read(exports.opa_json_dump(table))) as Record<string, number>
}

function parseInput(instance: Instance, input: string): Address {
  const { exports, memory } = instance
  const json = replaceHalfCharacters(input)
  if (json.length > smallText) reserve(instance, json.length * bytesPerTextByte)
  const text = exports.opa_malloc(json.length * 3)
  const value = exports.opa_json_parse(text, memory.write(json, text))
  if (value === 0) throw new EvaluationError('ERR_EVALUATION', 'the input is not JSON')
  return value
}
