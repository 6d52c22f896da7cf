import { codeOf, messageOf } from '../errors.ts'
import { JsonError } from '../json/json.ts'

/** How a question without an answer is refused: the status, and what the body says. */
export interface Fault {
  readonly status: 400 | 500 | 503
  readonly code: string
  readonly message: string
}

const notNow: readonly string[] = [
  'ERR_NOT_READY',
  'ERR_PASSIVE',
  'ERR_STALE',
  'ERR_REVISION_NOT_REACHED',
]

/** 400: it was no question; 503: not now, another time perhaps; 500: it could not be evaluated. */
export function faultOf(error: unknown): Fault {
  const code = codeOf(error, 'ERR_EVALUATION')
  const status = error instanceof JsonError ? 400 : notNow.includes(code) ? 503 : 500
  return { status, code, message: messageOf(error) }
}
