import type { PdpState } from '@vedette/core/bundle/head'

import type { PolicyIdentifier } from './tosca-policy.ts'

/** What a PAP's database takes for a description. */
const LONGEST_DESCRIPTION = 255

/** Who this PDP is at the PAP, from the configuration. */
export interface PdpIdentity {
  /** Stable over restarts, `[A-Za-z0-9-_.]+`; also the key of every record. */
  readonly name: string
  /** Where it registers: a group of the PAP's that has a subgroup of this type. */
  readonly group: string
  readonly type: string
  /** As in the first form of the protocol, having none of the PAP's policies is told as `null`. Default: false. */
  readonly isPhase1?: boolean
}

/** Where the PAP put this PDP. */
export interface Assignment {
  readonly group: string
  readonly subgroup: string
}

/** How a request went. `FAILURE` as the Go PDP says it; a PAP reads neither word. */
export interface PdpResponse {
  readonly responseTo: string
  readonly responseStatus: 'SUCCESS' | 'FAILURE'
  readonly responseMessage: string
}

/** PDP → PAP, in the member order of the Go PDP. `timestampMs` is a text of epoch milliseconds. */
export interface PdpStatus {
  readonly messageName: 'PDP_STATUS'
  readonly pdpType: string
  readonly state: PdpState
  readonly healthy: 'HEALTHY' | 'NOT_HEALTHY'
  readonly description: string
  readonly response: PdpResponse | null
  readonly policies: readonly PolicyIdentifier[]
  readonly name: string
  readonly requestId: string
  readonly pdpGroup: string | null
  readonly pdpSubgroup: string | null
  readonly timestampMs: string
  readonly deploymentInstanceInfo: ''
}

/** The PDP as it presents itself at one moment. */
export interface PdpView extends PdpIdentity {
  /** What ails it or its fleet, in a sentence. It never changes `policies`: a PAP would take them from everyone. */
  readonly trouble: string | undefined
  readonly state: PdpState
  readonly policies: readonly PolicyIdentifier[]
  readonly assignment: Assignment | undefined
  readonly nowMs: number
}

/** A registration claims nothing: PASSIVE and empty, so that the PAP sends everything it wants here. */
export function registration(pdp: PdpView): PdpStatus {
  const description = 'Pdp Status Registration Message'
  return status({ ...pdp, state: 'PASSIVE', policies: [], assignment: undefined }, description)
}

export function heartbeat(pdp: PdpView): PdpStatus {
  const reason = pdp.trouble === undefined ? '' : `: ${pdp.trouble}`
  return status(pdp, `Pdp heartbeat${reason}`.slice(0, LONGEST_DESCRIPTION))
}

export function updateResponse(pdp: PdpView, response: PdpResponse): PdpStatus {
  return status(pdp, 'Pdp Status Response Message For Pdp Update', response)
}

/** The answer to the update that takes the assignment away: the PAP compares both with null. */
export function releaseResponse(pdp: PdpView, response: PdpResponse): PdpStatus {
  return { ...updateResponse(pdp, response), pdpGroup: null, pdpSubgroup: null }
}

/** Lists no policies, as the Go PDP: the PAP looks at the state only. */
export function stateChangeResponse(pdp: PdpView, response: PdpResponse): PdpStatus {
  const description = 'Pdp Status Response Message to Pdp State Change'
  const answer = status({ ...pdp, policies: [] }, description, response)
  return { ...answer, pdpSubgroup: pdp.assignment?.subgroup ?? '' }
}

/** Only for an assigned PDP: without a subgroup a PAP would take it for a registration. */
export function termination(pdp: PdpView): PdpStatus {
  return status({ ...pdp, state: 'TERMINATED' }, 'Pdp Status Termination Message')
}

function status(pdp: PdpView, description: string, response: PdpResponse | null = null): PdpStatus {
  return {
    messageName: 'PDP_STATUS',
    pdpType: pdp.type,
    state: pdp.state,
    healthy: pdp.trouble === undefined ? 'HEALTHY' : 'NOT_HEALTHY',
    description,
    response,
    policies: pdp.policies.map(({ name, version }) => ({ name, version })),
    name: pdp.name,
    requestId: crypto.randomUUID(),
    pdpGroup: pdp.assignment?.group ?? pdp.group,
    pdpSubgroup: pdp.assignment?.subgroup ?? null,
    timestampMs: String(pdp.nowMs),
    deploymentInstanceInfo: '',
  }
}

/** The record of a status. */
export function writeStatus(status: PdpStatus, { isPhase1 = false }: PdpIdentity): string {
  const hasNone = isPhase1 && status.policies.length === 0
  return JSON.stringify(hasNone ? { ...status, policies: null } : status)
}
