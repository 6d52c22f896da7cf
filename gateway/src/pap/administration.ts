import type { PdpState } from '@vedette/core/bundle/head'

import type { PolicyIdentifier, ToscaPolicy } from './tosca-policy.ts'

/** What the PAP may ask of the rest of the gateway. */
export interface Administration {
  /** Applies one PDP_UPDATE. `full`: it is the whole truth, so what it does not deploy goes. */
  apply(update: PolicyUpdate): Promise<UpdateOutcome>
  /** Makes `state` the PDP's state for every replica (durable when it resolves). */
  setState(state: PdpState): Promise<void>
  /** Policies in force that the PAP assigned, in deployment order. */
  policies(): readonly PolicyIdentifier[]
  state(): PdpState
}

export interface PolicyUpdate {
  readonly deploy: readonly ToscaPolicy[]
  readonly undeploy: readonly PolicyIdentifier[]
  readonly full: boolean
}

/** What one update changed, and in the spec's words why the rest did not. */
export interface UpdateOutcome {
  readonly deployed: readonly PolicyIdentifier[]
  readonly undeployed: readonly PolicyIdentifier[]
  readonly deployErrors: readonly string[]
  readonly undeployErrors: readonly string[]
}
