import { codeOf } from '@vedette/core/errors'
import type { JsonObject } from '@vedette/core/json/json'

import type { EngineName } from '../../gateway/src/cli/engine.ts'
import type { Toolchain } from '../../gateway/src/cli/toolchain.ts'
import { PROCESSES } from '../../gateway/src/compiler/pool.ts'
import type { Trial } from './answers.ts'
import { compare, type Comparison, type Difference } from './compare.ts'
import { compilableParts } from './compilable.ts'
import { mutated, pathsIn, randomObject } from './documents.ts'
import { textOf } from './fragment.ts'
import { moduleOf, neededFor, randomParts, type Part } from './modules.ts'
import { createRandom } from './random.ts'
import type { Scope } from './scope.ts'
import { shrink, type Finding } from './shrink.ts'
import { readSignatures, type Signature } from './signatures.ts'

const MUTATIONS = 7

/** What takes OPA longer is passed over. */
export const DEADLINE_MS = 10_000

export interface FuzzOptions {
  /** How many questions to ask, at least. */
  readonly cases: number
  readonly seed: number
  readonly engines: readonly EngineName[]
  readonly toolchain: Toolchain
  readonly onFound: (found: Found) => void
  /** Hears after each module how many questions were asked so far. */
  readonly onAsked?: (asked: number) => void
}

/** A difference at its simplest. */
export interface Found extends Difference {
  readonly source: string
  readonly data: JsonObject
}

interface RandomTrial extends Trial {
  readonly parts: readonly Part[]
}

/** How many questions were asked, and how many of them each engine answered. */
export interface Outcome {
  readonly asked: number
  readonly answered: ReadonlyMap<EngineName, number>
}

/** Compares the engines on random modules, data and inputs. */
export async function fuzz(options: FuzzOptions): Promise<Outcome> {
  const { cases, seed, toolchain } = options
  const signatures = (await readSignatures()) as [Signature, ...Signature[]]
  const answered = new Map<EngineName, number>()
  let [asked, next] = [0, Math.imul(seed, 1_000_003)]

  async function compareNext(): Promise<void> {
    // A generator of its own for each, so that one alone can be made again.
    const trial = await randomTrial(next++, signatures, toolchain)
    if (trial.entrypoints.length === 0) return
    const comparison = await examine(trial, options)
    asked += trial.entrypoints.length * trial.inputs.length
    options.onAsked?.(asked)
    for (const engine of options.engines)
      answered.set(engine, (answered.get(engine) ?? 0) + (comparison.answered[engine] ?? 0))
  }

  async function work(): Promise<void> {
    while (asked < cases) await compareNext().catch(passOver)
  }

  await Promise.all(Array.from({ length: PROCESSES }, work))
  return { asked, answered }
}

/** Some modules take OPA longer than anybody waits, and some crash it. */
function passOver(error: unknown): void {
  if (!['ERR_COMPILE_DEADLINE', 'ERR_PANIC'].includes(codeOf(error, ''))) throw error
}

async function randomTrial(
  seed: number,
  signatures: Scope['signatures'],
  toolchain: Toolchain,
): Promise<RandomTrial> {
  const random = createRandom(seed)
  const data = { d: randomObject(random, 3), e: randomObject(random, 3) }
  const input = randomObject(random, 3)
  const inputs = [input, ...random.times(MUTATIONS, MUTATIONS, () => mutated(input, random))]
  const paths = [
    ...pathsIn(data.d, 'data.d'),
    ...pathsIn(data.e, 'data.e'),
    ...pathsIn(input, 'input'),
  ]
  const parts = await compilableParts(randomParts({ random, signatures, paths }), toolchain)
  const rules = parts.filter(({ definition }) => definition.kind !== 'function')
  const entrypoints = rules.map(({ definition }) => `fuzz/${definition.name}`)
  return { parts, source: textOf(moduleOf(parts)), data, inputs, entrypoints }
}

async function examine(trial: RandomTrial, options: FuzzOptions): Promise<Comparison> {
  const comparison = await compare(trial, options.engines, options.toolchain)
  // One of each engine: the others of a module mostly have the same cause.
  for (const engine of options.engines) {
    const first = comparison.differences.find((each) => each.engine === engine)
    if (first) options.onFound(await simplest(first, trial, options.toolchain))
  }
  return comparison
}

async function simplest(
  difference: Difference,
  { parts, data }: RandomTrial,
  toolchain: Toolchain,
): Promise<Found> {
  const { engine, entrypoint, input } = difference
  const differenceAt = async (finding: Finding): Promise<Difference | undefined> => {
    const [source, inputs] = [textOf(finding.module), [finding.input]]
    const trial = { source, data: finding.data as JsonObject, inputs, entrypoints: [entrypoint] }
    const comparison = await compare(trial, [engine], toolchain).catch(() => undefined)
    return comparison?.differences[0]
  }
  const module = moduleOf(neededFor(entrypoint.replace('fuzz/', ''), parts))
  const finding = await shrink({ module, data, input }, async (each) =>
    Boolean(await differenceAt(each)),
  )
  const found = (await differenceAt(finding)) ?? difference
  return { ...found, source: textOf(finding.module), data: finding.data as JsonObject }
}
