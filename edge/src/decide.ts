import { VedetteError } from '@vedette/core/errors'
import type { Decision } from '@vedette/core/evaluator/decision'
import type { Json } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import { stringifyJson } from '@vedette/core/json/stringify'
import { mayDecide } from '@vedette/core/replica/standing'
import { waitUntil } from 'cloudflare:workers'

import { bindings, hub } from './env.ts'
import { createHeadCache, readFreshness } from './head-cache.ts'
import type { Answer, Question } from './isolate.ts'
import { isolateFor } from './program.ts'
import type { Standing } from './standing.ts'
import { dataPosition, revisionOf } from './standing.ts'

const heads = createHeadCache({
  ask: () => hub().head(),
  freshnessMs: readFreshness(bindings.VEDETTE_FRESHNESS_MS),
  waitUntil,
  now: Date.now,
})

/** The hub may move on while content is on its way from it; more often than this in a row it never does. */
const attemptLimit = 5

/**
 * Decides in this Worker. `entrypoint` is a path like `documents/allow`; `input` any JSON value, `undefined` for none.
 * An undefined rule gives a `Decision` without `result`.
 *
 * Throws a `VedetteError` when no decision was made, and nothing may be concluded then. `ERR_NOT_READY` before the
 * first head, `ERR_PASSIVE` while the PDP does not decide, `ERR_STALE` when the gateway was silent for longer than the
 * scope allows; any other code for an evaluation that failed.
 */
export async function decide(entrypoint: string, input?: Json): Promise<Decision> {
  const text = input === undefined ? undefined : stringifyJson(input)
  return decideText(entrypoint.split('/'), text)
}

/** `decide` with a path in segments and the input as JSON text. */
export async function decideText(path: string[], input: string | undefined): Promise<Decision> {
  let standing = await heads.current()
  for (let attempt = 0; attempt < attemptLimit; attempt++) {
    const reason = mayDecide(standing?.head, Date.now())
    // mayDecide throws when there is none.
    const known = standing as Standing
    const question = { position: dataPosition(known.head), path, input }
    const answer = await ask(known, question)
    if (answer?.kind === 'failed') throw new VedetteError(answer.code, answer.message)
    if (answer?.kind === 'answered') {
      const made = { revision: revisionOf(known), entrypoint: path.join('/') }
      if (answer.result === undefined) return { ...made, reason: 'undefined' }
      return { ...made, result: parseJson(answer.result), reason }
    }
    standing = await heads.renew()
  }
  throw new VedetteError('ERR_NOT_READY', 'the content changes faster than it can be read')
}

/** The isolate's answer on exactly the data asked for; undefined when the hub holds newer content by now. */
async function ask(standing: Standing, question: Question): Promise<Answer | undefined> {
  let moved = false
  const isolate = isolateFor(bindings.LOADER, standing.program, async () => {
    const program = await hub().program(standing.program)
    moved = program === null
    if (program) return program
    throw new VedetteError('ERR_NOT_READY', 'the hub has moved on to another program')
  })
  try {
    const answer = await isolate.evaluate(question)
    if (answer.kind !== 'lacks-data') return answer
    const text = await hub().data(question.position)
    if (text === null) return undefined
    return await isolate.evaluate(question, { position: question.position, text })
  } catch (error) {
    if (moved) return undefined
    throw error
  }
}
