import { codeOf, messageOf } from '@vedette/core/errors'
import type { Json, JsonObject } from '@vedette/core/json/json'

import { CompileFault } from './compile-fault.ts'

/** The value, absent when undefined, or why there is none. A compile error says where. */
export type Answer = { readonly result?: Json } | { readonly error: Fault }

export interface Fault {
  readonly code: string
  readonly message: string
  readonly file?: string
  readonly row?: number
  readonly column?: number
}

export function faultOf(error: unknown): Fault {
  if (error instanceof CompileFault) return error.errors[0]
  return { code: codeOf(error, 'ERR_INTERNAL'), message: messageOf(error) }
}

export function answerLine(id: Json, answer: Answer): JsonObject {
  if ('error' in answer) return { id, error: { ...answer.error } }
  return answer.result === undefined ? { id } : { id, result: answer.result }
}

export function answerOf(result: Json | undefined): Answer {
  return result === undefined ? {} : { result }
}
