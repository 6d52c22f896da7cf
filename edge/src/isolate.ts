// oxlint-disable-next-line typescript/triple-slash-reference -- a user's compiler finds these modules by it alone
/// <reference path="./ambient.d.ts" />
import { codeOf, messageOf } from '@vedette/core/errors'
import { createPolicyEvaluator } from '@vedette/core/evaluator/query'
import { startUnit } from '@vedette/core/evaluator/unit-engine'
import { parseJson } from '@vedette/core/json/parse'
import type { JsonSource } from '@vedette/core/json/source'
import { sourceOfText } from '@vedette/core/json/source'
import { stringifyJson } from '@vedette/core/json/stringify'
import { opalPatch, readsOpal, viewOf } from '@vedette/core/replica/opal-view'
import { WorkerEntrypoint } from 'cloudflare:workers'

import { units } from './units.js'

/*
 * Runs in the isolates that the Worker Loader makes, one for each program, without network and without bindings.
 * All calls carry the position of the data they must be decided on; only texts cross the border.
 */

export interface Question {
  /** Position of the data, '' for a scope without data. */
  readonly position: string
  readonly path: string[]
  /** JSON text; `undefined` is no input. */
  readonly input: string | undefined
  /** OPAL's document as JSON text, for policies that may read it. */
  readonly opal: string | undefined
}

/** The data document's JSON text at a position. */
export interface PositionedData {
  readonly position: string
  readonly text: string
}

export type Answer =
  | { readonly kind: 'answered'; readonly result: string | undefined }
  | { readonly kind: 'lacks-data' }
  | Failure

export interface Failure {
  readonly kind: 'failed'
  readonly code: string
  readonly message: string
}

const loaded = await Promise.all(
  units.map(async ({ module, ...unit }) => ({ ...unit, engine: await startUnit(unit, module) })),
)

let position: string | undefined
let document: JsonSource
let opal: string | undefined
const evaluator = createPolicyEvaluator({ units: loaded, document: () => document.value() })

export class Isolate extends WorkerEntrypoint {
  /** Loads data, as an activation must; the failure, or null. */
  hold(data: PositionedData): Failure | null {
    try {
      load(data)
      return null
    } catch (error) {
      return failure(error)
    }
  }

  /** Answers on the data of `question.position`: what is held, or `data`, or else `lacks-data`. */
  evaluate(question: Question, data?: PositionedData): Answer {
    try {
      if (data) load(data)
      if (position !== question.position) return { kind: 'lacks-data' }
      if (opal !== question.opal) tellOpal(question.opal)
      const { path, input } = question
      const result = evaluator.answer(path, input === undefined ? input : sourceOfText(input))
      return { kind: 'answered', result: result === undefined ? result : stringifyJson(result) }
    } catch (error) {
      return failure(error)
    }
  }
}

function load(data: PositionedData): void {
  if (position === data.position) return
  // When one engine refuses, the others hold other data already: then nothing is held.
  position = undefined
  document = sourceOfText(data.text)
  for (const { engine } of loaded) engine.setData(document)
  opal = undefined
  position = data.position
}

function tellOpal(text: string | undefined): void {
  const value = text === undefined ? undefined : parseJson(text)
  const view = viewOf(document.value(), value)
  for (const unit of loaded) {
    if (!readsOpal(unit)) continue
    if (value === undefined) unit.engine.setData(view.plain)
    else unit.engine.patchData(view.seen(), opalPatch(value))
  }
  opal = text
}

/** Errors lose their code on the way out of an isolate, so they travel as values. */
function failure(error: unknown): Failure {
  return { kind: 'failed', code: codeOf(error, 'ERR_EVALUATION'), message: messageOf(error) }
}
