import type { UnitCandidate } from '../catalog/units/gate.ts'
import { startEngine } from './engine.ts'
import { compareExamples } from './examples.ts'
import type { Sides } from './parity.ts'
import { compare, isConstant } from './parity.ts'
import { probesOf } from './probes.ts'
import { sliceOf } from './slice.ts'
import type { TestTools } from './tests.ts'
import { compareTests } from './tests.ts'

/**
 * Holds a unit against OPA by the examples and tests that its policy brings along, or else by inputs made of what it
 * reads. Resolves to a sentence on the first difference; undefined when there is none, or nothing to compare.
 */
export async function differenceIn(
  candidate: UnitCandidate,
  tools: TestTools,
): Promise<string | undefined> {
  const { made, modules, checks } = candidate
  const document = sliceOf(candidate.document, made.unit.reads)
  if (document === undefined) return undefined
  const { builtins, entrypoints } = made.unit
  const sides: Sides = { modules, builtins, document, engine: await startEngine(made, document) }
  const byExamples = await compareExamples(checks.examples, { sides, entrypoints, tools })
  if (byExamples?.difference !== undefined) return byExamples.difference
  const byTests = await compareTests(candidate, tools)
  if (byExamples || byTests) return byTests?.difference
  if (!isConstant(sides)) return undefined
  const inputs = probesOf(candidate.plan)
  const questions = entrypoints.flatMap((entrypoint) =>
    inputs.map((input) => ({ entrypoint, input })),
  )
  return (await compare(questions, sides, tools)).difference
}
