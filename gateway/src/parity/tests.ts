import type { Json } from '@vedette/core/json/json'

import type { RegoModule } from '../catalog/units/compile.ts'
import { lineOf } from '../catalog/units/faults.ts'
import type { UnitCandidate } from '../catalog/units/gate.ts'
import type { MadeUnit } from '../catalog/units/units.ts'
import { isFitForWasm, unitFrom, withWasm } from '../catalog/units/units.ts'
import type { WarmCompiler } from '../compiler/compiler.ts'
import type { TestOutcome } from '../compiler/examination.ts'
import type { PlannedUnit } from '../compiler/unit.ts'
import { startEngine } from './engine.ts'
import type { CompareTools, Findings } from './parity.ts'
import { compare } from './parity.ts'
import { sliceOf } from './slice.ts'

export interface TestTools extends CompareTools {
  readonly compiler: Pick<WarmCompiler, 'evaluate' | 'plan' | 'test' | 'wasm'>
  /** Told, in a sentence, what does not hold with OPA either. */
  readonly complain: (sentence: string) => void
}

/** A policy with its tests: a unit that nobody else ever sees. */
interface Rehearsal {
  readonly modules: readonly RegoModule[]
  /** Files of the tests that compile. */
  readonly own: readonly string[]
  readonly unit: PlannedUnit
}

/** Asks for each `test_…` rule that a policy brings along. Undefined where none could be compared. */
export async function compareTests(
  candidate: UnitCandidate,
  tools: TestTools,
): Promise<Findings | undefined> {
  const rehearsal = await rehearse(candidate.checks.tests, candidate, tools)
  const document = rehearsal && sliceOf(candidate.document, rehearsal.unit.reads)
  if (!rehearsal || document === undefined) return undefined
  await tools.pause()
  const findings = await findingsOf(rehearsal, candidate, { document, tools })
  if (findings?.difference === undefined) await tellOfFailing(rehearsal, document, tools)
  return findings
}

/** Tests that do not compile are left out. */
async function rehearse(
  tests: readonly RegoModule[],
  candidate: UnitCandidate,
  tools: TestTools,
): Promise<Rehearsal | undefined> {
  if (tests.length === 0) return undefined
  await tools.pause()
  const modules = [...candidate.modules, ...tests]
  const own = tests.map(({ file }) => file)
  const result = await tools.compiler.plan(modules, own)
  if ('unit' in result) return { modules, own, unit: result.unit }
  const { errors } = result
  if (errors.some(({ code }) => code === 'ERR_COMPILER_CLOSED')) return undefined
  for (const error of errors) tools.complain(lineOf(error))
  const rest = tests.filter((test) => errors.every(({ file }) => file !== test.file))
  return rest.length < tests.length ? rehearse(rest, candidate, tools) : undefined
}

async function findingsOf(
  rehearsal: Rehearsal,
  candidate: UnitCandidate,
  { document, tools }: { readonly document: Json; readonly tools: TestTools },
): Promise<Findings | undefined> {
  const { modules, own, unit } = rehearsal
  const questions = unit.entrypoints.filter((path) => isTest(path, unit))
  if (questions.length === 0) return undefined
  const made = await madeOf(rehearsal, candidate.made, tools.compiler)
  if (!made) tools.complain(`${own.join(', ')}: the engine of the policy does not run its tests`)
  if (!made) return undefined
  const engine = await startEngine(made, document)
  const { builtins } = made.unit
  const asked = questions.map((entrypoint) => ({ entrypoint }))
  return compare(asked, { modules, builtins, engine, document }, tools)
}

function isTest(path: string, { packages }: PlannedUnit): boolean {
  return /\/test_[^/]*$/.test(path) && !packages.includes(path)
}

/** For the kind of engine that runs the policy. */
async function madeOf(
  { modules, own, unit }: Rehearsal,
  policy: MadeUnit,
  compiler: TestTools['compiler'],
): Promise<MadeUnit | undefined> {
  const made = unitFrom(policy.unit.name, unit)
  if (made.unit.program) return made
  if (policy.unit.program || !isFitForWasm(unit.plan)) return undefined
  const result = await compiler.wasm(modules, own)
  return 'wasm' in result ? withWasm(made, result.wasm) : undefined
}

async function tellOfFailing(
  { modules, own }: Rehearsal,
  document: Json,
  { compiler, pause, complain }: TestTools,
): Promise<void> {
  await pause()
  const result = await compiler.test(modules, { data: document })
  if ('errors' in result) return
  for (const test of result.tests) {
    const sentence = own.includes(test.file) && complaintOf(test)
    if (sentence) complain(sentence)
  }
}

function complaintOf({ file, row, name, outcome, failure }: TestOutcome): string | undefined {
  if (outcome === 'fail') return `${file}:${row}: ${name} fails`
  return outcome === 'error'
    ? `${file}:${row}: ${name}: ${failure?.message ?? 'it fails'}`
    : undefined
}
