import type { Digest } from '../bundle/digest.ts'
import type { NeededBlobs, Unit } from '../bundle/manifest.ts'
import { loadBuiltins } from './builtins/table.ts'
import { EvaluationError, type Engine } from './evaluator.ts'
import { canRun, createPlanEngine } from './plan/runtime/engine.ts'
import type { WasmModule } from './wasm/webassembly.ts'

/** The program where this runtime knows its version, else the wasm. */
export const neededBlobs: NeededBlobs = (unit) => {
  const needed = isProgram(unit) ? unit.program?.digest : unit.wasm
  return needed === undefined ? [] : [needed]
}

/** Whether this runtime runs the unit's program, which needs no wasm. */
export function isProgram({ program }: Unit): boolean {
  return program !== undefined && canRun(program.version)
}

/**
 * The engine that runs a unit here, without data yet; `blob` gives what is at an address. Throws `EvaluationError`
 * `ERR_ENGINE_UNFIT` for a unit that no engine of this runtime can run (also where WebAssembly is forbidden),
 * `ERR_UNSUPPORTED_POLICY` for a broken one.
 */
export async function createUnitEngine(
  unit: Unit,
  blob: (digest: Digest) => Uint8Array,
): Promise<Engine> {
  const [needed] = neededBlobs(unit)
  if (needed === undefined)
    throw new EvaluationError('ERR_ENGINE_UNFIT', `no engine here runs the unit ${unit.name}`)
  const bytes = blob(needed)
  return startUnit(
    unit,
    isProgram(unit) ? new TextDecoder().decode(bytes) : await compile(unit, bytes),
  )
}

/** The engine of a program's text, or of wasm that is compiled already. */
export async function startUnit(unit: Unit, code: string | WasmModule): Promise<Engine> {
  const builtins = await loadBuiltins(unit.builtins)
  if (typeof code === 'string') return createPlanEngine(code, { builtins })
  const { createWasmEngine } = await import('./wasm/engine.ts')
  return createWasmEngine(code, { builtins })
}

/** Where programs run, what wasm needs is loaded by few. */
async function compile({ name }: Unit, bytes: Uint8Array): Promise<WasmModule> {
  const { compileUnit, isWasmAllowed } = await import('./wasm/webassembly.ts')
  if (await isWasmAllowed()) return compileUnit(bytes)
  throw new EvaluationError(
    'ERR_ENGINE_UNFIT',
    `the unit ${name} has only wasm, and WebAssembly is not allowed here (script-src 'wasm-unsafe-eval')`,
  )
}
