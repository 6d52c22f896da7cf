import * as sdkModule from '@open-policy-agent/opa-wasm'
import { loadBuiltins } from '@vedette/core/evaluator/builtins/table'
import type { Engine } from '@vedette/core/evaluator/evaluator'
import { createPlanEngine, programBuiltins } from '@vedette/core/evaluator/plan/runtime/engine'
import { createWasmEngine } from '@vedette/core/evaluator/wasm/engine'
import { compileUnit } from '@vedette/core/evaluator/wasm/webassembly'
import type { Json } from '@vedette/core/json/json'
import { sourceOfText, sourceOfValue } from '@vedette/core/json/source'
import { stringifyJson } from '@vedette/core/json/stringify'

import type { CompiledPolicy } from './policy.ts'

/** An engine with its data, asked both ways. */
export interface Loaded {
  /** Object in, value out. */
  readonly objects: (input: Json) => unknown
  /** JSON text in and out. */
  readonly texts: (input: string) => unknown
}

export async function loadPlan({ program, data, entrypoint }: CompiledPolicy): Promise<Loaded> {
  const builtins = await loadBuiltins(programBuiltins(program))
  const engine = createPlanEngine(program, { builtins })
  engine.setData(sourceOfValue(data))
  return loaded(engine, entrypoint)
}

export async function loadWasm({ wasm, data, entrypoint }: CompiledPolicy): Promise<Loaded> {
  const engine = createWasmEngine(await compileUnit(wasm), { builtins: await loadBuiltins() })
  engine.setData(sourceOfValue(data))
  return loaded(engine, entrypoint)
}

/** Its types promise a module with names, its code is CommonJS. */
const { loadPolicy } = Reflect.get(sdkModule, 'default') as typeof sdkModule

const encoder = new TextEncoder()

/** OPA's own; its quickest way to take a text is as bytes. */
export async function loadSdk({ wasm, data, entrypoint }: CompiledPolicy): Promise<Loaded> {
  const policy = await loadPolicy(Uint8Array.from(wasm))
  policy.setData(data)
  return {
    objects: (input) => resultOf(policy.evaluate(input as object, entrypoint)),
    texts: (text) =>
      JSON.stringify(resultOf(policy.evaluate(encoder.encode(text).buffer, entrypoint))),
  }
}

function loaded(engine: Engine, entrypoint: string): Loaded {
  return {
    objects: (input) => engine.evaluate(entrypoint, sourceOfValue(input)),
    texts: (text) => {
      const value = engine.evaluate(entrypoint, sourceOfText(text))
      return value === undefined ? undefined : stringifyJson(value)
    },
  }
}

function resultOf(answer: unknown): unknown {
  return (answer as readonly { readonly result: unknown }[])[0]?.result
}
