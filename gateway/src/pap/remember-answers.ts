import type { OpenedRecord } from './envelope.ts'
import type { Answer, Responder } from './responder.ts'

const REMEMBERED_ANSWERS = 1_000

/** A PAP that missed an answer re-sends the request under its id: answered the same, carried out once. */
export function rememberAnswers(respond: Responder, limit: number = REMEMBERED_ANSWERS): Responder {
  const answers = new Map<string, Answer>()

  function remember(id: string, answer: Answer): void {
    answers.set(id, answer)
    const [oldest] = answers.keys()
    if (answers.size > limit && oldest !== undefined) answers.delete(oldest)
  }

  return async (record) => {
    const id = identityOf(record)
    const known = answers.get(id)
    if (known !== undefined) return known
    const answer = await respond(record)
    if (answer !== undefined && id !== '') remember(id, answer)
    return answer
  }
}

function identityOf({ envelope, requestId }: OpenedRecord): string {
  return requestId === '' ? '' : `${envelope.messageName} ${requestId}`
}
