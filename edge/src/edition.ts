import { VedetteError } from '@vedette/core/errors'
import { stringifyJson } from '@vedette/core/json/stringify'
import type { Content } from '@vedette/core/replica/content'

import { callIsolate } from './isolates.ts'
import { isolateCode, programId, programOf } from './program.ts'
import { dataPosition } from './standing.ts'

/** A replica's content in the form in which isolates get it. */
export interface Edition {
  readonly content: Content
  /** Id of the program that the manifest's units make. */
  readonly program: string
  /** The data document as JSON text. */
  readonly data: string
}

/** A renewed head over the same content costs nothing: text and program id are those of the edition before. */
export async function createEdition(content: Content, before?: Edition): Promise<Edition> {
  const sameData = before && !content.change && before.content.document === content.document
  const sameUnits = before && before.content.manifest === content.manifest
  return {
    content,
    program: sameUnits ? before.program : await programId(content.manifest.units),
    data: sameData ? before.data : stringifyJson(content.document),
  }
}

/** Starts the program in an isolate and loads the data there; `ERR_ACTIVATION` when it does not decide. */
export async function tryOut(
  loader: WorkerLoader,
  edition: Edition,
  before?: Edition,
): Promise<void> {
  const { content, program, data } = edition
  const position = dataPosition(content.head)
  if (before?.program === program && dataPosition(before.content.head) === position) return
  const load = () => Promise.resolve(isolateCode(programOf(content)))
  const failure = await callIsolate({ loader, program, load }, (isolate) =>
    isolate.hold({ position, text: data }),
  )
  if (failure) throw new VedetteError('ERR_ACTIVATION', `${failure.code}: ${failure.message}`)
}
