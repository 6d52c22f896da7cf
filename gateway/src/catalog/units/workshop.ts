import { setImmediate as breathe } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'

import { programVersion } from '@vedette/core/evaluator/plan/program'
import type { Json } from '@vedette/core/json/json'

import type { Contents } from '../policies/assemble.ts'
import type { Policy } from '../policies/policy.ts'
import type { CompileError, Compiler, WasmResult } from './compile.ts'
import type { Fault } from './faults.ts'
import { isCompilerFailure } from './faults.ts'
import type { Gate } from './gate.ts'
import { createPace } from './pace.ts'
import { reachOf } from './reach.ts'
import type { Survey } from './survey.ts'
import { createSurveyor, sourcesOf } from './survey.ts'
import type { MadeUnit, Units } from './units.ts'
import { isFitForWasm, unfitness, unitFrom, withWasm } from './units.ts'

/** What became of the sources of a unit: it is never made twice. */
type Outcome = MadeUnit | { readonly errors: readonly CompileError[] }

/** Outcomes by what the unit was made of. */
type Outcomes = ReadonlyMap<string, Outcome>

/** What is deployed: the units of all policies that decide, and what is known besides. */
export interface Deployed extends Contents {
  readonly units: Units
  /** Absent after a restart. */
  readonly outcomes?: Outcomes
}

/** One deployment's work: whatever it tries, nothing is compiled that was compiled before. */
export interface Job {
  /** Units of these policies, which may call each other and nobody else; or what is wrong with them. */
  compile({ policies, document }: Contents): Promise<Compilation>
  /** What was needed so far, and would come out the same again. */
  outcomes(): Outcomes
}

type Compilation = { readonly units: Units } | { readonly faults: readonly Fault[] }

export interface Workshop {
  begin(current: Deployed): Promise<Job>
  /**
   * Makes the wasm that units lack, one after the other: it is for hosts that run no programs, and nobody waits for it.
   * Resolves to the units that came of it. A unit whose wasm cannot be made is not tried again.
   */
  finish(units: Units): Promise<Finished>
}

/** What was made of units that ran without wasm. */
export type Finished = ReadonlyMap<MadeUnit, MadeUnit>

/** The modules of one unit, and what they are known by. */
interface Task {
  readonly policy: Policy
  readonly reached: readonly Policy[]
  readonly sources: string
}

/** `gate` has the last word on each unit that compiles. */
export function createWorkshop(compiler: Compiler, gate?: Gate): Workshop {
  const surveyor = createSurveyor(compiler)
  const pace = createPace()
  /** Units that run without wasm, and how to get it. */
  const unfinished = new WeakMap<MadeUnit, () => Promise<Outcome>>()

  async function tasksOf(
    policies: readonly Policy[],
  ): Promise<readonly Task[] | { readonly errors: readonly CompileError[] }> {
    const result = await surveyor.survey(policies)
    if ('errors' in result) return result
    await breathe()
    return tasksIn(result.surveys)
  }

  /** After a restart: the units in force are what their policies' sources were compiled to by this version of Vedette. */
  async function recognised({ policies, units }: Deployed): Promise<Outcomes> {
    const tasks = await tasksOf(policies.filter(({ name }) => units.has(name)))
    if ('errors' in tasks) return new Map()
    return new Map(
      tasks.flatMap(({ policy, sources }) => {
        const unit = units.get(policy.name)
        return unit && isUpToDate(unit) ? [[sources, unit]] : []
      }),
    )
  }

  async function make(
    { policy, reached }: Task,
    document: Json,
    former: MadeUnit | undefined,
  ): Promise<Outcome> {
    const { name, version, checks } = policy
    const modules = [policy, ...reached].flatMap((each) => each.modules)
    const own = policy.modules.map(({ file }) => file)
    const file = own[0] ?? ''
    const result = await compiler.plan(modules, own)
    if ('errors' in result) return result
    const { plan } = result.unit
    await pace()
    const planned = asBefore(unitFrom(name, result.unit), former)
    const addWasm = (): Promise<Outcome> => finished(planned, () => compiler.wasm(modules, own))
    const made = planned.unit.program || !isFitForWasm(plan) ? planned : await addWasm()
    if ('errors' in made) return made
    const candidate = { policy: { name, version }, checks, made, plan, modules, document }
    await pace()
    const error = unfitness(made, { plan, file }) ?? (await gate?.(candidate))
    if (error) return { errors: [error] }
    if (made.unit.wasm === undefined && isFitForWasm(plan)) unfinished.set(made, addWasm)
    return made
  }

  return {
    async finish(units) {
      const all = new Map<MadeUnit, MadeUnit>()
      for (const made of units.values()) {
        const outcome = await unfinished.get(made)?.()
        unfinished.delete(made)
        if (outcome && 'unit' in outcome) all.set(made, outcome)
      }
      return all
    },
    async begin(current) {
      const known = current.outcomes ?? (await recognised(current))
      const tried = new Map<string, Outcome>()

      async function outcomeOf(task: Task, document: Json): Promise<readonly [Task, Outcome]> {
        const { policy, sources } = task
        const former = current.units.get(policy.name)
        const outcome =
          tried.get(sources) ?? known.get(sources) ?? (await make(task, document, former))
        tried.set(sources, outcome)
        return [task, outcome]
      }

      return {
        outcomes: () => new Map([...tried].filter(([, outcome]) => isLasting(outcome))),
        async compile({ policies, document }) {
          const tasks = await tasksOf(policies)
          if ('errors' in tasks) return { faults: tasks.errors.map((error) => ({ error })) }
          return compilationOf(await allOf(tasks, (task) => outcomeOf(task, document)))
        },
      }
    },
  }
}

/** More than the helpers do at once. The plans of hundreds, all alive, would make every collection of garbage long. */
const mostAtOnce = 8

/** Some at once, each followed by the next. */
async function allOf<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  const rest = items.entries()
  async function follow(): Promise<void> {
    for (const [index, item] of rest) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: mostAtOnce }, follow))
  return results
}

/** What is in force already, wasm and all, where nothing changed but what a policy is held to. */
function asBefore(made: MadeUnit, former: MadeUnit | undefined): MadeUnit {
  if (!former?.unit.program) return made
  const isSame = isDeepStrictEqual({ ...made.unit, wasm: '' }, { ...former.unit, wasm: '' })
  return isSame ? former : made
}

async function finished(made: MadeUnit, wasm: () => Promise<WasmResult>): Promise<Outcome> {
  const result = await wasm()
  return 'errors' in result ? result : withWasm(made, result.wasm)
}

/** `finished` in the places of the units that they were made of, as far as these are still in force. */
export function withFinished(deployed: Deployed, finished: Finished): Deployed {
  const { units, outcomes = new Map() } = deployed
  return {
    ...deployed,
    units: new Map([...units].map(([name, made]) => [name, finished.get(made) ?? made])),
    outcomes: new Map(
      [...outcomes].map(([sources, outcome]) => {
        const made = 'unit' in outcome ? finished.get(outcome) : undefined
        return [sources, made ?? outcome]
      }),
    ),
  }
}

/** A program of another version was made by an older Vedette, or by a newer one. */
function isUpToDate({ unit: { program } }: MadeUnit): boolean {
  return program === undefined || program.version === programVersion
}

/** A compiler that failed may do better the next time. */
function isLasting(outcome: Outcome): boolean {
  return 'unit' in outcome || !outcome.errors.some(isCompilerFailure)
}

/** A policy without modules has no unit. */
function tasksIn(surveys: ReadonlyMap<Policy, Survey>): readonly Task[] {
  const reach = reachOf(surveys)
  return [...surveys].flatMap(([policy, survey]) => {
    if (policy.modules.length === 0) return []
    const reached = reach.get(policy) ?? []
    const others = reached.flatMap((other) => surveys.get(other) ?? [])
    return [{ policy, reached, sources: sourcesOf(survey, others) }]
  })
}

function compilationOf(made: readonly (readonly [Task, Outcome])[]): Compilation {
  const units = new Map<string, MadeUnit>()
  const faults: Fault[] = []
  for (const [{ policy }, outcome] of made) {
    if ('unit' in outcome) units.set(policy.name, outcome)
    else faults.push(...outcome.errors.map((error) => ({ unit: policy, error })))
  }
  return faults.length > 0 ? { faults } : { units }
}
