import type { Digest } from '@vedette/core/bundle/digest'
import { parsePatch } from '@vedette/core/bundle/patch'
import { patchInPlace } from '@vedette/core/bundle/patch-in-place'
import { VedetteError } from '@vedette/core/errors'
import type { Engine } from '@vedette/core/evaluator/evaluator'
import type { UnitNames } from '@vedette/core/evaluator/names'
import type { PolicyEvaluator } from '@vedette/core/evaluator/query'
import { createPolicyEvaluator } from '@vedette/core/evaluator/query'
import { createUnitEngine, neededBlobs } from '@vedette/core/evaluator/unit-engine'
import type { Json } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import type { JsonSource } from '@vedette/core/json/source'
import { readsOpal, viewOf } from '@vedette/core/replica/opal-view'

import type { Program } from './program.ts'
import type { Standing } from './standing.ts'
import { dataPosition } from './standing.ts'

/** Where content comes from; null for what is of the past by now. */
export interface ContentSource {
  readonly program: (id: string) => Promise<Program | null>
  readonly data: (position: string, from: string | undefined) => Promise<DataStep | null>
}

/** The document's text, or the patches that lead to it from a position, as texts. */
export type DataStep = { readonly text: string } | { readonly patches: readonly string[] }

/** Programs and data in this very isolate: an answer is one call. */
export interface Resident {
  /** The answer on exactly the program and data of `standing`; `ERR_NOT_READY` when the hub moved on meanwhile. */
  answer(
    standing: Standing,
    path: readonly string[],
    input: JsonSource | undefined,
  ): Promise<Json | undefined>
  /** Where the data is that is held, to ask for what leads on from it. */
  position(): string | undefined
}

/** What is held: brought up to date as a whole, or not at all. */
interface Held {
  readonly program: string
  readonly engines: ReadonlyMap<Digest, Engine>
  /** Those that read of OPAL's document. */
  readonly readers: ReadonlySet<Engine>
  readonly evaluator: PolicyEvaluator
  position: string | undefined
  document: Json
  /** OPAL's document, as text. */
  opal: string | undefined
}

export const movedOn = (): VedetteError<'ERR_NOT_READY'> =>
  new VedetteError('ERR_NOT_READY', 'the hub moved on while its content was read')

export function createResident(source: ContentSource): Resident {
  let held: Held | undefined
  let turn: Promise<unknown> = Promise.resolve()

  /** One after the other: two heads at once would each wait for half of the other. */
  function bring(standing: Standing): Promise<void> {
    const next = turn.then(async () => {
      held = await withProgram(held, standing.program, source)
      await bringData(held, standing, source)
    })
    turn = next.catch(() => {})
    return next
  }

  return {
    async answer(standing, path, input) {
      if (!isAt(held, standing) || held.opal !== standing.opal) await bring(standing)
      if (!isAt(held, standing)) throw movedOn()
      return held.evaluator.answer(path, input)
    },
    position: () => held?.position,
  }
}

function isAt(held: Held | undefined, { program, head }: Standing): held is Held {
  return held?.program === program && held.position === dataPosition(head)
}

/** Units that stay keep their engines. */
async function withProgram(
  held: Held | undefined,
  id: string,
  source: ContentSource,
): Promise<Held> {
  if (held?.program === id) return held
  const program = await source.program(id)
  if (!program) throw movedOn()
  const engines = new Map<Digest, Engine>()
  const readers = new Set<Engine>()
  const units: UnitNames[] = []
  for (const [index, unit] of program.units.entries()) {
    const [digest = ''] = neededBlobs(unit)
    const bytes = program.blobs[index] ?? new Uint8Array()
    const engine = held?.engines.get(digest) ?? (await createUnitEngine(unit, () => bytes))
    engines.set(digest, engine)
    if (readsOpal(unit)) readers.add(engine)
    units.push({ ...unit, engine })
  }
  const next: Held = {
    program: id,
    engines,
    readers,
    evaluator: createPolicyEvaluator({ units, document: () => next.document }),
    position: held?.position,
    document: held?.document ?? {},
    opal: held?.opal,
  }
  giveData(next)
  return next
}

async function bringData(held: Held, standing: Standing, source: ContentSource): Promise<void> {
  const position = dataPosition(standing.head)
  if (held.position !== position) {
    const { since } = standing
    const step =
      since && since.from === held.position ? since : await source.data(position, held.position)
    if (!step) throw movedOn()
    // A patch that does not fit leaves a document that is no longer what it was taken for.
    held.position = undefined
    held.document =
      'text' in step
        ? parseJson(step.text)
        : patchInPlace(held.document, step.patches.flatMap(parsePatch)).document
  }
  held.opal = standing.opal
  giveData(held)
  held.position = position
}

function giveData({ engines, readers, document, opal }: Held): void {
  const view = viewOf(document, opal === undefined ? undefined : parseJson(opal))
  for (const engine of engines.values())
    engine.setData(readers.has(engine) ? view.seen() : view.plain)
}
