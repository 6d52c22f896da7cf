import { loadBuiltins } from '@vedette/core/evaluator/builtins/table'
import type { Engine } from '@vedette/core/evaluator/evaluator'
import { createPlanEngine } from '@vedette/core/evaluator/plan/runtime/engine'
import { createUnitEngine } from '@vedette/core/evaluator/unit-engine'
import type { Json } from '@vedette/core/json/json'
import { sourceOfValue } from '@vedette/core/json/source'

import type { MadeUnit } from '../catalog/units/units.ts'

/** More than any sample of questions needs; a policy that takes it is not told apart from one that never ends. */
const stepsPerQuestion = 100_000

/** The engine that replicas run a unit with, over `document`. */
export async function startEngine(made: MadeUnit, document: Json): Promise<Engine> {
  const engine = await engineOf(made)
  engine.setData(sourceOfValue(document))
  return engine
}

async function engineOf({ unit, blobs }: MadeUnit): Promise<Engine> {
  const program = unit.program && blobs.get(unit.program.digest)
  if (!program) return createUnitEngine(unit, (digest) => blobs.get(digest) ?? new Uint8Array())
  const builtins = await loadBuiltins(unit.builtins)
  const limits = { steps: stepsPerQuestion }
  return createPlanEngine(new TextDecoder().decode(program), { builtins, limits })
}
