import type { JsonObject } from '@vedette/core/json/json'

import { CompileFault } from '../../gateway/src/cli/compile-fault.ts'
import type { EngineName } from '../../gateway/src/cli/engine.ts'
import type { Toolchain } from '../../gateway/src/cli/toolchain.ts'
import { mutated, pathsIn, randomObject } from './documents.ts'
import { textOf, type Fragment } from './fragment.ts'
import { randomProgram } from './modules.ts'
import { createRandom } from './random.ts'
import { shrink, type Finding } from './shrink.ts'
import { readSignatures, type Signature } from './signatures.ts'
import { differencesOf, type Difference, type Trial } from './trial.ts'

const INPUTS = 3

export interface FuzzOptions {
  /** How many answers to compare, about. */
  readonly cases: number
  readonly seed: number
  readonly engines: readonly EngineName[]
  readonly toolchain: Toolchain
  readonly onFound: (found: Found) => void
}

/** A difference at its simplest. */
export interface Found extends Difference {
  readonly source: string
  readonly data: JsonObject
}

/** Random modules, data and inputs; resolves to how many answers were compared. */
export async function fuzz(options: FuzzOptions): Promise<number> {
  const { cases, seed, toolchain } = options
  const signatures = (await readSignatures()) as [Signature, ...Signature[]]
  const compiles = (module: Fragment): Promise<boolean> => compilesWith(toolchain, module)
  let compared = 0
  for (let at = 0; compared < cases; at++) {
    // A generator of its own for each, so that one alone can be made again.
    const random = createRandom(Math.imul(seed, 1_000_003) + at)
    const data = { d: randomObject(random, 3), e: randomObject(random, 3) }
    const input = randomObject(random, 3)
    const paths = [...pathsIn(data, 'data').slice(1), ...pathsIn(input, 'input')]
    const { module, rules } = await randomProgram({ random, signatures, paths }, compiles)
    const trial = {
      source: textOf(module),
      data,
      inputs: [input, ...random.times(INPUTS, INPUTS, () => mutated(input, random))],
      entrypoints: rules.map((name) => `fuzz/${name}`),
    }
    compared += trial.entrypoints.length * trial.inputs.length
    await examine(trial, module, options)
  }
  return compared
}

async function compilesWith(toolchain: Toolchain, module: Fragment): Promise<boolean> {
  const modules = [{ file: 'fuzz.rego', source: textOf(module) }]
  try {
    await toolchain.ask('compile', { modules, targets: [] })
    return true
  } catch (error) {
    if (error instanceof CompileFault) return false
    throw error
  }
}

async function examine(trial: Trial, module: Fragment, options: FuzzOptions): Promise<void> {
  const differences = await differencesOf(trial, options.engines, options.toolchain)
  // One of each engine: the others of a module mostly have the same cause.
  for (const engine of options.engines) {
    const first = differences.find((each) => each.engine === engine)
    if (first) options.onFound(await simplest(first, module, { ...options, data: trial.data }))
  }
}

async function simplest(
  { engine, entrypoint, input }: Difference,
  module: Fragment,
  { toolchain, data }: FuzzOptions & { readonly data: JsonObject },
): Promise<Found> {
  const differenceAt = async (finding: Finding): Promise<Difference | undefined> => {
    const [source, inputs] = [textOf(finding.module), [finding.input]]
    const trial = { source, data: finding.data as JsonObject, inputs, entrypoints: [entrypoint] }
    const [found] = await differencesOf(trial, [engine], toolchain).catch(() => [])
    return found
  }
  const holds = async (finding: Finding): Promise<boolean> =>
    (await differenceAt(finding)) !== undefined
  const finding = await shrink({ module, data, input }, holds)
  const found = await differenceAt(finding)
  if (!found) throw new Error('a difference came and went')
  return { ...found, source: textOf(finding.module), data: finding.data as JsonObject }
}
