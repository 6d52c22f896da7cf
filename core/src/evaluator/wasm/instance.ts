import { EvaluationError } from '../evaluator.ts'
import type { BuiltinCall, PolicyExports, PolicyImports } from './abi.ts'
import { createTextMemory, pageBytes, type TextMemory } from './memory.ts'
import { webAssembly, type WasmModule } from './webassembly.ts'

/** A living policy: its memory and exports. */
export interface Instance {
  readonly memory: TextMemory
  readonly exports: PolicyExports
}

export type InstanceOptions = {
  readonly maxMemoryBytes?: number | undefined
  readonly callBuiltin: BuiltinCall
}

/** 1 MiB: the runtime's tables take an eighth, a small policy never has to grow. */
const initialPages = 16
const addressableBytes = 2 ** 32

/**
 * Starts a policy. Throws `ERR_MEMORY_LIMIT` when it does not fit, `ERR_UNSUPPORTED_POLICY` when the module
 * is none of OPA's.
 */
export function createInstance(module: WasmModule, options: InstanceOptions): Instance {
  const limitPages = Math.floor((options.maxMemoryBytes ?? addressableBytes) / pageBytes)
  for (let pages = initialPages; ; pages *= 2) {
    try {
      return instantiate(module, [Math.min(pages, limitPages), limitPages], options.callBuiltin)
    } catch (cause) {
      if (cause instanceof RangeError || pages >= limitPages) throw tooLarge(cause)
      if (!isTooSmall(cause)) throw unsupported(cause)
    }
  }
}

type Pages = readonly [initial: number, maximum: number]

function instantiate(module: WasmModule, pages: Pages, callBuiltin: BuiltinCall): Instance {
  const memory = createTextMemory(...pages)
  const env: PolicyImports = {
    memory: memory.memory,
    opa_abort: (message) => {
      throw abortError(memory.read(message))
    },
    opa_println: () => {},
    opa_builtin0: callBuiltin,
    opa_builtin1: callBuiltin,
    opa_builtin2: callBuiltin,
    opa_builtin3: callBuiltin,
    opa_builtin4: callBuiltin,
  }
  const exports = new webAssembly.Instance(module, { env }).exports as PolicyExports
  if (exports.opa_wasm_abi_version?.value !== 1) throw new Error('its ABI is not version 1')
  return { memory, exports }
}

/** A large policy declares the memory it needs; being refused is the only way to learn it. */
function isTooSmall(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'LinkError' && /memory|size/i.test(cause.message)
}

function abortError(message: string): EvaluationError {
  const code = message === 'opa_malloc: failed' ? 'ERR_MEMORY_LIMIT' : 'ERR_EVALUATION'
  return new EvaluationError(code, message)
}

function unsupported(cause: unknown): EvaluationError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new EvaluationError('ERR_UNSUPPORTED_POLICY', `not a policy of OPA: ${reason}`, { cause })
}

function tooLarge(cause: unknown): EvaluationError {
  return new EvaluationError('ERR_MEMORY_LIMIT', 'the policy alone outgrows the memory limit', {
    cause,
  })
}
