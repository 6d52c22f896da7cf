import type { Json } from '@vedette/core/json/json'

import type { PolicyIdentifier } from '../pap/tosca-policy.ts'
import type { Checks } from './checks.ts'
import type { CompileError, RegoModule } from './compile.ts'
import type { MadeUnit } from './units.ts'

/** A unit that compiles, before it is in force. */
export interface UnitCandidate {
  readonly policy: PolicyIdentifier
  readonly checks: Checks
  readonly made: MadeUnit
  /** OPA's intermediate representation. */
  readonly plan: unknown
  /** The policy's own first. */
  readonly modules: readonly RegoModule[]
  /** The data document that it would decide with. */
  readonly document: Json
}

/** Says what is wrong with a unit that compiles; nothing when it may be deployed. */
export type Gate = (candidate: UnitCandidate) => Promise<CompileError | undefined>
