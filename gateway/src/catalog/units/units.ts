import type { Digest } from '@vedette/core/bundle/digest'
import type { Unit } from '@vedette/core/bundle/manifest'
import { builtinNames } from '@vedette/core/evaluator/builtins/table'
import { EvaluationError } from '@vedette/core/evaluator/evaluator'
import { optimise } from '@vedette/core/evaluator/plan/optimiser/optimise'
import { programVersion } from '@vedette/core/evaluator/plan/program'
import { wasmFaults } from '@vedette/core/evaluator/wasm/fitness'
import * as v from 'valibot'

import { digestOf } from '../../digest.ts'
import type { CompiledUnit, CompileError } from './compile.ts'

/** A unit as the manifest lists it, and the content that it names. */
export interface MadeUnit {
  readonly unit: Unit
  readonly blobs: ReadonlyMap<Digest, Uint8Array>
}

/** Units by the policy that they are asked for, in deployment order. */
export type Units = ReadonlyMap<string, MadeUnit>

const encoder = new TextEncoder()

/** A unit without wasm. */
export function unitFrom(name: string, compiled: CompiledUnit): MadeUnit {
  const { plan, packages, entrypoints, functions, reads } = compiled
  const builtins = builtinsOf(plan)
  const program = programOf(plan, builtins)
  const bytes = typeof program === 'string' ? encoder.encode(program) : undefined
  const digest = bytes && digestOf(bytes)
  const blobs = new Map(bytes && digest ? [[digest, bytes]] : [])
  const unit: Unit = {
    name,
    packages: [...packages],
    entrypoints: [...entrypoints],
    functions: [...functions],
    reads: reads.map((path) => [...path]),
    builtins,
    ...(digest && { program: { digest, version: programVersion } }),
  }
  return { unit, blobs }
}

/** Whether the wasm of a plan answers as OPA does. */
export function isFitForWasm(plan: unknown): boolean {
  return faultsOf(plan).length === 0
}

/** The unit with wasm besides. */
export function withWasm({ unit, blobs }: MadeUnit, wasm: Uint8Array): MadeUnit {
  const digest = digestOf(wasm)
  return { unit: { ...unit, wasm: digest }, blobs: new Map([...blobs, [digest, wasm]]) }
}

/** Why no engine answers a unit as OPA does, undefined where one does. `file`: where its policy begins. */
export function unfitness(
  { unit }: MadeUnit,
  { plan, file }: { readonly plan: unknown; readonly file: string },
): CompileError | undefined {
  if (unit.program !== undefined || unit.wasm !== undefined) return undefined
  const program = programOf(plan, unit.builtins)
  const faults = [
    ...(program instanceof EvaluationError ? [program.message] : []),
    ...faultsOf(plan),
  ]
  const message = `no engine answers it as OPA does: ${faults.join('; ')}`
  return { file, row: 1, column: 1, code: 'ERR_ENGINE_UNFIT', message }
}

/** A compiler that makes no plan says nothing of what it compiled. */
function faultsOf(plan: unknown): readonly string[] {
  return plan === undefined ? [] : wasmFaults(plan)
}

/** An error where the plan engine would not answer as OPA does: the unit is then for the wasm engine alone. */
function programOf(
  plan: unknown,
  builtins: readonly string[],
): string | EvaluationError | undefined {
  if (plan === undefined) return undefined
  const missing = builtins.filter((builtin) => !builtinNames.includes(builtin))
  if (missing.length > 0)
    return new EvaluationError('ERR_UNSUPPORTED_POLICY', `${missing.join(', ')} is missing`)
  try {
    return optimise(plan)
  } catch (error) {
    if (error instanceof EvaluationError) return error
    throw error
  }
}

/** All that these units name, but for those that are in `known` as they are. */
export function contentOfUnits(units: Units, known: Units = new Map()): MadeUnit['blobs'] {
  const content = new Map<Digest, Uint8Array>()
  for (const [name, made] of units) {
    if (known.get(name) === made) continue
    for (const [digest, bytes] of made.blobs) content.set(digest, bytes)
  }
  return content
}

/** A unit that was made in another life, with its content out of `blobs`. */
export function unitAgain(unit: Unit, blobs: MadeUnit['blobs']): MadeUnit {
  const digests = [unit.wasm, unit.program?.digest]
  const own = digests.flatMap((digest) => {
    const bytes = digest === undefined ? undefined : blobs.get(digest)
    return digest !== undefined && bytes ? [[digest, bytes] as const] : []
  })
  return { unit, blobs: new Map(own) }
}

/** The part of OPA's intermediate representation that names what it calls. */
const PlanSchema = v.object({
  static: v.object({ builtin_funcs: v.nullish(v.array(v.object({ name: v.string() })), []) }),
})

function builtinsOf(plan: unknown): string[] {
  if (plan === undefined) return []
  const { builtin_funcs: called } = v.parse(PlanSchema, plan).static
  return (called ?? []).map(({ name }) => name)
}
