import type { Revision } from '@vedette/core/bundle/revision'
import { parseRevision } from '@vedette/core/bundle/revision'
import { VedetteError, codeOf, messageOf } from '@vedette/core/errors'
import type { Decision } from '@vedette/core/evaluator/decision'
import { EvaluationError } from '@vedette/core/evaluator/evaluator'
import type { Json } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import { sourceOfText, type JsonSource } from '@vedette/core/json/source'
import { stringifyJson } from '@vedette/core/json/stringify'
import { mustReach } from '@vedette/core/replica/at-least'
import type { Reason } from '@vedette/core/replica/standing'
import { mayDecide } from '@vedette/core/replica/standing'
import { waitUntil } from 'cloudflare:workers'

import { bindings, hub, loader } from './env.ts'
import { createHeadCache, readFreshness } from './head-cache.ts'
import type { Answer } from './isolate.ts'
import { callIsolate } from './isolates.ts'
import { isolateCode } from './program.ts'
import { createResident, movedOn } from './resident.ts'
import type { Standing } from './standing.ts'
import { dataPosition, revisionOf } from './standing.ts'

const resident = createResident({
  program: (id) => hub().program(id),
  data: (position, from) => hub().data(position, from),
})

const heads = createHeadCache({
  ask: (atLeast) => hub().head(resident.position(), atLeast),
  freshnessMs: readFreshness(bindings.VEDETTE_FRESHNESS_MS),
  waitUntil,
  now: Date.now,
})

/** The hub may move on while content is on its way from it, and an isolate may be lost: then once more. */
const attemptLimit = 4

export interface DecideOptions {
  /** `epoch.sequence`, as a write answered it: the decision sees that write, or waits up to 200 ms for it. */
  readonly atLeast?: string
}

/**
 * Decides in this Worker. `entrypoint` is a path like `documents/allow`; `input` any JSON value, `undefined` for none.
 * An undefined rule gives a `Decision` without `result`.
 *
 * Throws a `VedetteError` when no decision was made, and nothing may be concluded then. `ERR_NOT_READY` before the
 * first head, `ERR_PASSIVE` while the PDP does not decide, `ERR_STALE` when the gateway was silent for longer than the
 * scope allows, `ERR_REVISION_NOT_REACHED`; any other code for an evaluation that failed.
 */
export async function decide(
  entrypoint: string,
  input?: Json,
  { atLeast }: DecideOptions = {},
): Promise<Decision> {
  return decideSource(
    entrypoint.split('/'),
    input === undefined ? undefined : sourceOfText(stringifyJson(input)),
    atLeast === undefined ? undefined : parseRevision(atLeast),
  )
}

/** `decide` with a path in segments, and an input that is JSON for sure. */
export async function decideSource(
  path: string[],
  input: JsonSource | undefined,
  atLeast?: Revision,
): Promise<Decision> {
  let standing = await standingAt(atLeast)
  for (let attempt = 1; ; attempt++) {
    const reason = mayDecide(standing?.head, Date.now())
    // mayDecide throws when there is none.
    const known = standing as Standing
    const answer = await ask(known, path, input)
    if (answer.kind === 'answered') return decisionOf(answer.result, { known, path, reason })
    if (answer.kind === 'failed' || attempt === attemptLimit) {
      throw new VedetteError(answer.code, answer.message)
    }
    standing = await heads.renew()
  }
}

/** Where this Worker stands, null before the first head. Throws `ERR_REVISION_NOT_REACHED`. */
export async function standingAt(atLeast?: Revision): Promise<Standing | null> {
  const standing = await heads.current(atLeast)
  mustReach(standing?.head, atLeast)
  return standing
}

/** `failed` is the policy's own failure; `lost` may be gone with a newer head or another isolate. */
type Attempt =
  | { readonly kind: 'answered'; readonly result: Json | undefined }
  | { readonly kind: 'failed' | 'lost'; readonly code: string; readonly message: string }

/** The answer on exactly the program and the data of `standing`. */
async function ask(
  standing: Standing,
  path: string[],
  input: JsonSource | undefined,
): Promise<Attempt> {
  try {
    if (standing.isolated) return await askIsolate(standing, path, input)
    return { kind: 'answered', result: await resident.answer(standing, path, input) }
  } catch (error) {
    const kind = error instanceof EvaluationError ? 'failed' : 'lost'
    return { kind, code: codeOf(error, 'ERR_EVALUATION'), message: messageOf(error) }
  }
}

async function askIsolate(
  standing: Standing,
  path: string[],
  input: JsonSource | undefined,
): Promise<Attempt> {
  const runnable = {
    loader: loader(),
    program: standing.program,
    load: () => load(standing),
  }
  const position = dataPosition(standing.head)
  const question = { position, path, input: input?.text(), opal: standing.opal }
  const answer = await callIsolate(runnable, (isolate) => isolate.evaluate(question))
  if (answer.kind !== 'lacks-data') return attemptOf(answer)
  const step = await hub().data(position)
  if (!step || !('text' in step)) throw movedOn()
  const data = { position, text: step.text }
  const second = await callIsolate(runnable, (isolate) => isolate.evaluate(question, data))
  if (second.kind === 'lacks-data') throw movedOn()
  return attemptOf(second)
}

function attemptOf(answer: Exclude<Answer, { kind: 'lacks-data' }>): Attempt {
  if (answer.kind === 'failed') return answer
  const { result } = answer
  return { kind: 'answered', result: result === undefined ? undefined : parseJson(result) }
}

async function load({ program }: Standing): Promise<WorkerLoaderWorkerCode> {
  const content = await hub().program(program)
  if (content) return isolateCode(content)
  throw movedOn()
}

interface Made {
  readonly known: Standing
  readonly path: readonly string[]
  readonly reason: Reason
}

function decisionOf(result: Json | undefined, { known, path, reason }: Made): Decision {
  const made = { revision: revisionOf(known), entrypoint: path.join('/') }
  return result === undefined ? { ...made, reason: 'undefined' } : { ...made, result, reason }
}
