import { VedetteError, codeOf, messageOf } from '@vedette/core/errors'
import { createUnitEngine } from '@vedette/core/evaluator/unit-engine'
import { stringifyJson } from '@vedette/core/json/stringify'
import type { Content } from '@vedette/core/replica/content'
import { readsOpal } from '@vedette/core/replica/opal-view'

import { loader } from './env.ts'
import { callIsolate } from './isolates.ts'
import { isolateCode, needsIsolate, programId, programOf } from './program.ts'
import { dataPosition } from './standing.ts'

/** A replica's content in the form in which isolates get it. */
export interface Edition {
  readonly content: Content
  /** Id of the program that the manifest's units make. */
  readonly program: string
  /** Whether it holds wasm. */
  readonly isolated: boolean
  /** Whether a unit reads of OPAL's document. */
  readonly readsOpal: boolean
  /** The data document as JSON text; to be asked only while this edition is in force. */
  readonly data: () => string
}

/** A renewed head over the same content costs nothing: text and program id are those of the edition before. */
export async function createEdition(content: Content, before?: Edition): Promise<Edition> {
  const isSameProgram = before?.content.manifest === content.manifest
  const isSameData = !content.change && before?.content.document === content.document
  const { units } = content.manifest
  const edition = {
    content,
    program: isSameProgram ? before.program : await programId(units),
    isolated: isSameProgram ? before.isolated : needsIsolate(units),
    readsOpal: isSameProgram ? before.readsOpal : Object.values(units).some(readsOpal),
    data: before && isSameData ? before.data : once(() => stringifyJson(content.document)),
  }
  // While an isolate is waited for, the document may be patched already that the edition in force is asked for.
  if (edition.isolated) edition.data()
  return edition
}

/** `ERR_ACTIVATION` when the program does not start, or does not take its data. */
export async function tryOut(edition: Edition, before?: Edition): Promise<void> {
  const { content, program, isolated } = edition
  if (isolated) return tryOutIsolated(edition, before)
  if (before?.program === program) return
  const tried = Object.values(before?.content.manifest.units ?? {})
  for (const unit of Object.values(content.manifest.units)) {
    if (tried.includes(unit)) continue
    await createUnitEngine(unit, (digest) => content.blob(digest)).catch((cause: unknown) => {
      throw doesNotDecide(codeOf(cause, 'ERR_EVALUATION'), messageOf(cause))
    })
  }
}

async function tryOutIsolated(
  { content, program, data }: Edition,
  before?: Edition,
): Promise<void> {
  const position = dataPosition(content.head)
  if (before?.program === program && dataPosition(before.content.head) === position) return
  const load = () => Promise.resolve(isolateCode(programOf(content)))
  const failure = await callIsolate({ loader: loader(), program, load }, (isolate) =>
    isolate.hold({ position, text: data() }),
  )
  if (failure) throw doesNotDecide(failure.code, failure.message)
}

function doesNotDecide(code: string, message: string): VedetteError<'ERR_ACTIVATION'> {
  return new VedetteError('ERR_ACTIVATION', `${code}: ${message}`)
}

function once(make: () => string): () => string {
  let text: string | undefined
  return () => (text ??= make())
}
