import { createHash } from 'node:crypto'

import type { Json } from '@vedette/core/json/json'

import type { PolicyIdentifier } from '../../pap/tosca-policy.ts'
import type { Checks } from '../policies/checks.ts'
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

/** What one check is of. */
export type Checked = Pick<UnitCandidate, 'policy' | 'made' | 'checks'>

/**
 * The same for the same unit and tests, whatever the policy's version. A test that is taken back may have been the one
 * that is run otherwise.
 */
export function checkKey({ made: { unit }, checks }: Omit<Checked, 'policy'>): string {
  const held = createHash('sha256').update(JSON.stringify(checks)).digest('hex')
  return `${unit.program?.digest ?? unit.wasm} ${held}`
}

/** Says what is wrong with a unit that compiles; nothing when it may be deployed. */
export type Gate = (candidate: UnitCandidate) => Promise<CompileError | undefined>
