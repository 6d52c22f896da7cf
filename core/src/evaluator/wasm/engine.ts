import { sourceOfText, type JsonSource } from '../../json/source.ts'
import type { Builtins } from '../builtins/table.ts'
import { EvaluationError, type Engine } from '../evaluator.ts'
import { targetsOf } from './patch-targets.ts'
import { startPolicy, type Policy } from './policy.ts'
import type { WasmModule } from './webassembly.ts'

export type WasmEngineOptions = {
  /** Those that the policy calls must be among them. */
  readonly builtins: Builtins
  /**
   * Values and characters that builtins of this host may go through in one decision. Default: 100 million. What runs
   * inside of the policy's own code nobody counts; only its memory is limited.
   */
  readonly effort?: number
  /** Ceiling of the memory, which takes up to 20 times the data's text. Default: 4 GiB, all that can be. */
  readonly maxMemoryBytes?: number
}

/**
 * Runs a `policy.wasm` on OPA's raw ABI, synchronously, so that it works where the module comes compiled.
 * After any failure the instance is thrown away, and the next question starts one from the module and the last good
 * data.
 */
export function createWasmEngine(module: WasmModule, options: WasmEngineOptions): Engine {
  let data = sourceOfText('{}')
  let policy: Policy | undefined = start()
  const { entrypoints } = policy

  function start(): Policy {
    const started = startPolicy(module, options)
    started.load(data)
    return started
  }

  function attempt<Answer>(action: (policy: Policy) => Answer): Answer {
    try {
      policy ??= start()
      return action(policy)
    } catch (error) {
      policy = undefined
      throw asEvaluationError(error)
    }
  }

  function setData(document: JsonSource): void {
    attempt((current) => current.load(document))
    data = document
  }

  return {
    entrypoints: [...entrypoints.keys()],
    evaluate(name, input, inside) {
      const entrypoint = entrypoints.get(name)
      if (!entrypoint) throw unknownEntrypoint(name)
      return attempt((current) => current.decide(entrypoint, input?.text(), inside))
    },
    setData,
    patchData(document, operations) {
      const targets = targetsOf(document.value(), operations)
      attempt((current) => {
        if (!targets || !current.patch(targets)) current.load(document)
      })
      data = document
    },
  }
}

function unknownEntrypoint(name: string): EvaluationError {
  return new EvaluationError('ERR_UNKNOWN_ENTRYPOINT', `the policy has no entrypoint ${name}`)
}

/** Besides aborts there are traps: an exhausted stack, an address out of bounds. */
function asEvaluationError(error: unknown): EvaluationError {
  if (error instanceof EvaluationError) return error
  const reason = error instanceof Error ? error.message : String(error)
  return new EvaluationError('ERR_EVALUATION', `the policy crashed: ${reason}`, { cause: error })
}
