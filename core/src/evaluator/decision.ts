import type { Json } from '../json/json.ts'

/**
 * What was decided, and why: `evaluated`, `undefined` (no rule gave a value; `result` is absent), or
 * `last-known` (evaluated against a head older than its scope allows, which goes on deciding there).
 */
export interface Decision {
  readonly result?: Json
  /** `epoch.sequence` of the state that decided. */
  readonly revision: string
  readonly entrypoint: string
  readonly reason: 'evaluated' | 'undefined' | 'last-known'
}
