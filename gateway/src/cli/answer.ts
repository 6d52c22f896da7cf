import { codeOf, messageOf } from '@vedette/core/errors'
import type { Json, JsonObject } from '@vedette/core/json/json'

import { CompileFault } from './compile-fault.ts'
import { OpaError, type Place } from './opa-error.ts'

/** The value, absent when undefined, or why there is none. */
export type Answer = { readonly result?: Json } | { readonly error: Fault }

/** A compile error says where, an evaluation's if OPA knows. */
export interface Fault extends Place {
  readonly code: string
  readonly message: string
}

export function faultOf(error: unknown): Fault {
  if (error instanceof CompileFault) return error.errors[0]
  const place = error instanceof OpaError ? error.place : {}
  return { code: codeOf(error, 'ERR_INTERNAL'), message: messageOf(error), ...place }
}

export function answerLine(id: Json, answer: Answer): JsonObject {
  if ('error' in answer) return { id, error: jsonOf(answer.error) }
  return answer.result === undefined ? { id } : { id, result: answer.result }
}

export function answerOf(result: Json | undefined): Answer {
  return result === undefined ? {} : { result }
}

function jsonOf({ code, message, ...place }: Fault): JsonObject {
  const known = Object.entries(place).filter(([, value]) => value !== undefined)
  return { code, message, ...(Object.fromEntries(known) as JsonObject) }
}
