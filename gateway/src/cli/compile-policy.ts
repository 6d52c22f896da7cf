import { capabilities } from '@vedette/core/evaluator/builtins/capabilities'
import type { Json, JsonObject } from '@vedette/core/json/json'
import * as v from 'valibot'

import { valueAt, withObjectAt } from './base-document.ts'
import { CompileFault } from './compile-fault.ts'
import type { Ask, Policy } from './engine.ts'
import { wireModules, type Toolchain } from './toolchain.ts'

type Target = 'plan' | 'wasm'

/**
 * Compiles a policy to what an engine needs of its entrypoints, and nothing else. `start` makes an engine of
 * it. A path without rules is a base document, for which OPA compiles nothing; a package without rules is an object there.
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
    const packages = await packagesOf(asked, toolchain)
    const document = packages.reduce<Json | undefined>(withObjectAt, policy.data)
    return async (entrypoint) => valueAt(document, entrypoint.split('/'))
  }
}

function isWithoutRules(error: unknown): boolean {
  return (
    error instanceof CompileFault &&
    /^entrypoint .* does not refer to a rule/.test(error.errors[0].message)
  )
}

const InspectionSchema = v.array(v.object({ package: v.string() }))

async function packagesOf(
  { modules, regoVersion }: Pick<JsonObject, 'modules' | 'regoVersion'>,
  toolchain: Toolchain,
): Promise<readonly (readonly string[])[]> {
  const { modules: inspected } = await toolchain.ask('inspect', { modules, regoVersion })
  return v.parse(InspectionSchema, inspected).map(({ package: path }) => path.split('/'))
}
