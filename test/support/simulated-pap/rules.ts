import * as v from 'valibot'

import type { PapState, Policy, PolicyId, Request, Status, UpdateRequest } from './messages.ts'
import { GROUP, StatusSchema, stateRequest, TYPE, updateRequest, without } from './messages.ts'
import { createRequests } from './requests.ts'
import type { Requests, RequestsOptions } from './requests.ts'

/** A PDP as PAP's database has it. */
export interface Instance {
  readonly state: PapState
  readonly healthy: string
  readonly description: string
  /** What it said last that it holds. */
  readonly policies: readonly PolicyId[]
  readonly requests: Requests
  /** So often it had to be corrected since it last was as it should be. */
  readonly corrections: number
}

export interface PapRulesOptions extends Pick<RequestsOptions, 'send' | 'responseTimeoutMs'> {
  readonly policies: readonly Policy[]
  readonly heartbeatMs: number
}

const OLDEST_MESSAGE_MS = 10 * 60_000
/** So many corrections in a row, and the next one would come for ever. */
const ENDLESS = 5

/** What PAP makes of what PDPs say: its group, its subgroup, its instances, and its temper. */
export class PapRules {
  readonly instances = new Map<string, Instance>()
  readonly complaints: string[] = []
  readonly rolledBack: PolicyId[] = []
  readonly statuses: Status[] = []
  groupState: PapState = 'ACTIVE'
  hasSubgroup = true
  /** What the subgroup is to hold. */
  assigned: readonly Policy[]
  readonly #options: PapRulesOptions

  constructor(options: PapRulesOptions) {
    this.#options = options
    this.assigned = options.policies
  }

  hear(text: string): void {
    if (!text.includes('"PDP_STATUS"')) return
    const { success, output: status, issues } = v.safeParse(StatusSchema, JSON.parse(text))
    if (!success) {
      this.complaints.push(`${v.getDotPath(issues[0])}: ${issues[0].message}`)
      return
    }
    this.statuses.push(status)
    const responseTo = status.response?.responseTo ?? ''
    if (responseTo !== '') this.#hearAnswer(status, responseTo)
    else if (Date.now() - status.timestampMs > OLDEST_MESSAGE_MS)
      this.complaints.push('a message is too old')
    else if (status.pdpSubgroup === null) this.#register(status)
    else if (status.state === 'TERMINATED') this.forget(status.name)
    else this.#compare(status)
  }

  forget(name: string): void {
    this.instances.get(name)?.requests.clear()
    this.instances.delete(name)
  }

  patch(name: string, members: Partial<Instance>): void {
    const known = this.instances.get(name)
    if (known) this.instances.set(name, { ...known, ...members })
  }

  /** Nothing is asked of it, and it holds what it should; a group that is not ACTIVE does not look. */
  isSettled({ policies, requests, state }: Instance): boolean {
    const holdsAll = without(this.assigned, policies).length === 0
    const holdsNoMore = policies.length === this.assigned.length
    return requests.isEmpty() && (state !== 'ACTIVE' || (holdsAll && holdsNoMore))
  }

  #register({ name, healthy, description }: Status): void {
    if (this.groupState !== 'ACTIVE' || !this.hasSubgroup) return
    const requests = this.instances.get(name)?.requests ?? this.#requestsTo(name)
    const fresh = { state: this.groupState, healthy, description, policies: [], corrections: 0 }
    this.instances.set(name, { ...fresh, requests })
    const everything = { policiesToBeDeployed: this.assigned }
    requests.add(updateRequest(name, { ...this.#interval(), ...everything }))
    requests.add(stateRequest(name, 'ACTIVE'))
  }

  #requestsTo(name: string): Requests {
    const { send, responseTimeoutMs } = this.#options
    const onGivenUp = ({ messageName }: Request): void =>
      void this.complaints.push(`${name} did not answer ${messageName} in time`)
    return createRequests({ send, responseTimeoutMs, onGivenUp })
  }

  /** A heartbeat, and an answer too, is held against the database. */
  #compare(status: Status): void {
    if (this.groupState !== 'ACTIVE' || !this.hasSubgroup) return
    const instance = this.instances.get(status.name)
    if (!instance) return this.#register(status)
    const { name, healthy, description, policies } = status
    this.patch(name, { healthy, description, policies })
    const policiesToBeDeployed = without(this.assigned, policies)
    const policiesToBeUndeployed = without(policies, this.assigned)
    const isAsItShouldBe =
      status.pdpGroup === GROUP &&
      status.pdpSubgroup === TYPE &&
      status.state === instance.state &&
      policiesToBeDeployed.length + policiesToBeUndeployed.length === 0
    if (isAsItShouldBe) this.patch(name, { corrections: 0 })
    else this.#correct(name, instance, { policiesToBeDeployed, policiesToBeUndeployed })
  }

  #correct(
    name: string,
    { corrections, state, requests }: Instance,
    lists: Partial<UpdateRequest>,
  ): void {
    if (corrections === ENDLESS) this.complaints.push(`${name} is corrected in an endless loop`)
    this.patch(name, { corrections: corrections + 1 })
    if (corrections >= ENDLESS) return
    requests.add(updateRequest(name, { ...this.#interval(), ...lists }))
    requests.add(stateRequest(name, state))
  }

  #interval(): Partial<UpdateRequest> {
    return { pdpHeartbeatIntervalMs: this.#options.heartbeatMs }
  }

  #hearAnswer(status: Status, responseTo: string): void {
    const request = this.instances.get(status.name)?.requests.answered(responseTo)
    if (request === undefined) return
    if (request.messageName === 'PDP_UPDATE') this.#checkUpdate(status, request)
    else if (status.state !== request.state)
      this.complaints.push(`state is ${status.state}, but expected ${request.state}`)
  }

  #checkUpdate(status: Status, request: UpdateRequest): void {
    const { pdpGroup = null, pdpSubgroup = null, policiesToBeDeployed } = request
    if (status.pdpGroup !== pdpGroup) this.complaints.push(`${status.name}: group does not match`)
    else if (status.pdpSubgroup !== pdpSubgroup)
      this.complaints.push(`${status.name}: subgroup does not match`)
    else if (pdpSubgroup === null) this.forget(status.name)
    else {
      const missing = without(policiesToBeDeployed, status.policies)
      if (missing.length > 0) this.#rollBack(status.name, request, missing)
      else this.#compare(status)
    }
  }

  /** `policies do not match`: one PDP that fails takes it away from all of them. */
  #rollBack(name: string, request: UpdateRequest, missing: readonly PolicyId[]): void {
    const policiesToBeUndeployed = missing.map(({ name, version }) => ({ name, version }))
    this.rolledBack.push(...policiesToBeUndeployed)
    this.assigned = without(this.assigned, missing)
    for (const [other, { requests }] of this.instances) {
      const policiesToBeDeployed =
        other === name ? without(request.policiesToBeDeployed, missing) : []
      requests.add(updateRequest(other, { policiesToBeDeployed, policiesToBeUndeployed }))
    }
  }
}
