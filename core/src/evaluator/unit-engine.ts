import type { Digest } from '../bundle/digest.ts'
import type { NeededBlobs, Unit } from '../bundle/manifest.ts'
import { loadBuiltins } from './builtins/table.ts'
import { EvaluationError, type Engine } from './evaluator.ts'
import { canRun, createPlanEngine } from './plan/runtime/engine.ts'
import { createWasmEngine } from './wasm/engine.ts'
import { compileUnit } from './wasm/webassembly.ts'

/** The program where this runtime knows its version, else the wasm. */
export const neededBlobs: NeededBlobs = (unit) => {
  const needed = programOf(unit) ?? unit.wasm
  return needed === undefined ? [] : [needed]
}

/**
 * The engine that runs a unit here, without data yet; `blob` gives what is at an address. Throws `EvaluationError`
 * `ERR_ENGINE_UNFIT` for a unit that no engine of this runtime can run, `ERR_UNSUPPORTED_POLICY` for a broken one.
 */
export async function createUnitEngine(
  unit: Unit,
  blob: (digest: Digest) => Uint8Array,
): Promise<Engine> {
  const builtins = await loadBuiltins(unit.builtins)
  const program = programOf(unit)
  if (program !== undefined) {
    return createPlanEngine(new TextDecoder().decode(blob(program)), { builtins })
  }
  if (unit.wasm === undefined) throw unfit(unit)
  return createWasmEngine(await compileUnit(blob(unit.wasm)), { builtins })
}

/** The address of its program, if this runtime runs programs of that version. */
function programOf({ program }: Unit): Digest | undefined {
  return program && canRun(program.version) ? program.digest : undefined
}

function unfit({ name }: Unit): EvaluationError {
  return new EvaluationError('ERR_ENGINE_UNFIT', `no engine here runs the unit ${name}`)
}
