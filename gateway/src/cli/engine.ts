import type { Json, JsonObject } from '@vedette/core/json/json'

import type { RegoModule } from '../catalog/units/compile.ts'
import { prepareNative } from './native-engine.ts'
import { preparePlan } from './plan-engine.ts'
import type { Toolchain } from './toolchain.ts'
import { prepareWasm } from './wasm-engine.ts'

export const engineNames = ['plan', 'wasm', 'native'] as const
export type EngineName = (typeof engineNames)[number]

/** Modules that belong to nothing else, and what will be asked of them. */
export interface Policy {
  readonly modules: readonly RegoModule[]
  /** Slash paths below `data`: `authz/allow`. */
  readonly entrypoints: readonly string[]
  readonly data?: JsonObject
  readonly regoVersion: 0 | 1
  /** Whether an error of a builtin fails the evaluation, instead of leaving its expression undefined. */
  readonly strictErrors: boolean
}

/** Asks for one of the policy's entrypoints. No input is not `null`. Throws `EvaluationError`. */
export type Ask = (entrypoint: string, input: Json | undefined) => Promise<Json | undefined>

/** Compiles a policy for an engine and loads its data. Throws `CompileFault`, `EvaluationError`, `HelperError`. */
export function prepare(name: EngineName, policy: Policy, toolchain: Toolchain): Promise<Ask> {
  return engines[name](policy, toolchain)
}

const engines: Readonly<
  Record<EngineName, (policy: Policy, toolchain: Toolchain) => Promise<Ask>>
> = {
  plan: preparePlan,
  wasm: prepareWasm,
  native: prepareNative,
}
