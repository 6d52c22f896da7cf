import type { Decimal } from './decimal.ts'

/**
 * A JSON value that keeps every digit: a number a double carries as written is a `number`, a larger
 * integer a `bigint`, everything else (`1.0`, `1e3`, `-0`, 20 decimals) a `Decimal`.
 */
export type Json =
  | null
  | boolean
  | number
  | bigint
  | string
  | Decimal
  | readonly Json[]
  | JsonObject

export type JsonObject = { readonly [key: string]: Json }

/** Deeper than any honest document, shallow enough for every stack that walks one. */
export const maxDepth = 1000

/** `ERR_JSON`: a text that is not JSON, or a value that JSON cannot hold. */
export class JsonError extends Error {
  override readonly name = 'JsonError'
  readonly code = 'ERR_JSON'
}
