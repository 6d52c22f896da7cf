import { capabilities } from '@vedette/core/evaluator/builtins/capabilities'
import { optimise } from '@vedette/core/evaluator/plan/optimiser/optimise'
import { programBuiltins } from '@vedette/core/evaluator/plan/runtime/engine'

import { startCompiler } from '../../../gateway/src/compiler/compiler.support.ts'
import type { BareUnit } from '../../../web-sdk/src/publisher.support.ts'

/** A policy as a gateway compiles it. */
export interface CompiledPolicy {
  readonly unit: BareUnit
  readonly program: string
  readonly wasm: Uint8Array
}

/** Compiles a policy of one module. */
export async function compilePolicy(name: string, source: string): Promise<CompiledPolicy> {
  await using compiler = await startCompiler({ builtins: capabilities })
  const result = await compiler.compile([{ file: `${name}.rego`, source }])
  if ('errors' in result) throw new Error(JSON.stringify(result.errors))
  const { plan, wasm, packages, entrypoints, functions, reads } = result.unit
  const program = optimise(plan)
  const unit = {
    name,
    packages: [...packages],
    entrypoints: [...entrypoints],
    functions: [...functions],
    reads: reads.map((path) => [...path]),
    builtins: [...programBuiltins(program)],
  }
  return { unit, program, wasm: wasm ?? new Uint8Array() }
}
