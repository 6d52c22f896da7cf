import { capabilities } from '@vedette/core/evaluator/builtins/capabilities'
import { isJsonArray, isJsonObject } from '@vedette/core/json/equal'
import type { Json, JsonObject } from '@vedette/core/json/json'

import { CompileFault } from './compile-fault.ts'
import type { Ask, Policy } from './engine.ts'
import { wireModules, type Toolchain } from './toolchain.ts'

type Target = 'plan' | 'wasm'

/**
 * Compiles a policy to what an engine needs of its entrypoints, and nothing else. `start` makes an engine of
 * it. A path without rules is a base document, for which OPA compiles nothing.
 */
export async function compilePolicy(
  policy: Policy,
  toolchain: Toolchain,
  { targets, start }: { targets: readonly Target[]; start: (unit: JsonObject) => Promise<Ask> },
): Promise<Ask> {
  const { modules, entrypoints, regoVersion } = policy
  const asked = { modules: wireModules(modules), builtins: capabilities, entrypoints, regoVersion }
  try {
    return await start(await toolchain.ask('compile', { ...asked, targets }))
  } catch (error) {
    if (!isWithoutRules(error)) throw error
    return async (entrypoint) => valueAt(policy.data, entrypoint.split('/'))
  }
}

function isWithoutRules(error: unknown): boolean {
  return (
    error instanceof CompileFault &&
    /^entrypoint .* does not refer to a rule/.test(error.errors[0].message)
  )
}

function valueAt(document: Json | undefined, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((value, segment) => {
    if (isJsonObject(value)) return Object.hasOwn(value, segment) ? value[segment] : undefined
    return isJsonArray(value) && /^(?:0|[1-9]\d*)$/.test(segment)
      ? value[Number(segment)]
      : undefined
  }, document)
}
