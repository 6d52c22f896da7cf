import type { Json } from './json.ts'
import { stringifyJson } from './stringify.ts'

/** Whether two values are the same JSON: members in any order, numbers by their value (`1.0` is `1`). */
export function equalJson(left: Json, right: Json): boolean {
  return stringifyJson(left) === stringifyJson(right)
}
