import { capabilities } from '@vedette/core/evaluator/builtins/capabilities'
import { optimise } from '@vedette/core/evaluator/plan/optimiser/optimise'
import type { JsonObject } from '@vedette/core/json/json'

import type { RegoModule } from '../../../gateway/src/catalog/units/compile.ts'
import { ensureHelper } from '../../../gateway/src/compiler/build.ts'
import { createCompiler } from '../../../gateway/src/compiler/compiler.ts'
import type { Decide } from '../in-turns.ts'

/** A policy, its data, and many inputs, asked one after another: one alone would stay in the processor's caches. */
export interface Policy {
  readonly name: string
  readonly entrypoint: string
  /** What is asked for is in the first; the others are what it calls. */
  readonly modules: readonly [RegoModule, ...RegoModule[]]
  readonly data: JsonObject
  readonly inputs: readonly JsonObject[]
}

export interface CompiledPolicy extends Policy {
  readonly wasm: Uint8Array
  readonly program: string
}

const deadlineMs = 60_000

export async function compilePolicies(
  policies: readonly Policy[],
  say: (line: string) => void,
): Promise<readonly CompiledPolicy[]> {
  const helperPath = await ensureHelper({ onProgress: say })
  const compiler = createCompiler({ helperPath, builtins: capabilities, deadlineMs })
  try {
    return await Promise.all(
      policies.map(async (policy) => {
        const { modules } = policy
        const result = await compiler.compile(modules, [modules[0].file])
        if ('errors' in result) throw new Error(JSON.stringify(result.errors))
        const { wasm, plan } = result.unit
        return { ...policy, wasm, program: optimise(plan) }
      }),
    )
  } finally {
    await compiler.close()
  }
}

/** Asks one question after another, from the first again after the last. */
export function inRotation<Asked>(
  questions: readonly Asked[],
  ask: (question: Asked) => unknown,
): Decide {
  let next = 0
  return () => {
    const question = questions[next]
    next = next + 1 === questions.length ? 0 : next + 1
    return question === undefined ? undefined : ask(question)
  }
}

/** Values as a parser makes them: their strings lie otherwise in memory than those that a program puts together. */
export function asReceived<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value
}
