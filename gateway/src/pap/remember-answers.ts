import { messageOf } from '@vedette/core/errors'

import type { OpenedRecord } from './envelope.ts'
import type { PapLog } from './log.ts'
import type { PdpStatus, PdpView } from './pdp-status.ts'

/** Answers by request, on disk: a PAP may ask again after this process was killed. */
export interface AnswerStore {
  /** Keeps the latest thousand. */
  putAnswer(request: string, answer: string): Promise<void>
  answer(request: string): Promise<string | undefined>
}

/** Answers a record; undefined for one that has no answer. */
type Respond = (record: OpenedRecord) => Promise<PdpStatus | undefined>

export interface RememberAnswersOptions {
  readonly store: AnswerStore
  /** Told of each request that is not carried out again. */
  readonly onSaidAgain?: (record: OpenedRecord) => void
  readonly view: () => PdpView
  readonly log: PapLog
}

/** A PAP that missed an answer re-sends the request under its id: answered the same, carried out once. */
export function rememberAnswers(respond: Respond, options: RememberAnswersOptions): Respond {
  const { store, onSaidAgain, view, log } = options

  /** A disk that fails costs the memory of an answer, not the answer. */
  async function unlessStorageFails<T>(task: Promise<T>): Promise<T | undefined> {
    try {
      return await task
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'the answers to the PAP are not at hand')
      return undefined
    }
  }

  return async (record) => {
    const id = identityOf(record)
    const known = id === '' ? undefined : await unlessStorageFails(store.answer(id))
    if (known !== undefined) {
      onSaidAgain?.(record)
      return saidAgain(JSON.parse(known) as PdpStatus, view())
    }
    const answer = await respond(record)
    if (answer !== undefined && id !== '')
      await unlessStorageFails(store.putAnswer(id, JSON.stringify(answer)))
    return answer
  }
}

function identityOf({ envelope, requestId }: OpenedRecord): string {
  return requestId === '' ? '' : `${envelope.messageName} ${requestId}`
}

/** Without policies that have gone since: a PAP that reads of one orders it away, again and again. */
function saidAgain(answer: PdpStatus, { policies, nowMs }: PdpView): PdpStatus {
  const isInForce = (said: PdpStatus['policies'][number]): boolean =>
    policies.some(({ name, version }) => name === said.name && version === said.version)
  return {
    ...answer,
    policies: answer.policies.filter(isInForce),
    requestId: crypto.randomUUID(),
    timestampMs: String(nowMs),
  }
}
