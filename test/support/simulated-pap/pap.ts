import { randomUUID } from 'node:crypto'

import * as v from 'valibot'

import type { Topic } from '../../../gateway/src/kafka/topic.ts'
import { eventually } from '../eventually.ts'
import type { PapState, Policy, PolicyId, Request, Status, UpdateRequest } from './messages.ts'
import { StatusSchema, without } from './messages.ts'
import { createRequests } from './requests.ts'
import type { Requests } from './requests.ts'

/** PAP's defaults, which are the packaged ones. */
export interface SimulatedPapOptions {
  readonly topic: Topic
  /** What its database says the subgroup is to hold. Default nothing. */
  readonly policies?: readonly Policy[]
  /** Default 120000. */
  readonly heartbeatMs?: number
  /** How long it waits before it asks again, and then gives up. Default 30000. */
  readonly responseTimeoutMs?: number
}

/** A PDP as PAP's database has it. */
interface Instance {
  readonly state: PapState
  readonly healthy: string
  readonly description: string
  /** What it said last that it holds. */
  readonly policies: readonly PolicyId[]
}

/** A PAP with one group and one subgroup that keeps the rules of the real one, down to its temper. */
export interface SimulatedPap {
  readonly instances: ReadonlyMap<string, Instance>
  /** Everything that would have made PAP log an error, give up, or loop. Empty when PAP was happy. */
  readonly complaints: readonly string[]
  /** Policies that it took away from everybody, because one PDP could not deploy them. */
  readonly rolledBack: readonly PolicyId[]
  /** Every PDP_STATUS it took, the oldest first. */
  readonly statuses: readonly Status[]
  /** Every request it sent, re-sent ones too. */
  readonly requests: readonly Request[]
  /** An operator deploys and undeploys; nobody is waited for. */
  change(change: { deploy?: readonly Policy[]; undeploy?: readonly PolicyId[] }): void
  setGroupState(state: PapState): void
  removeSubgroup(): void
  /** Forgets an instance, as when it was silent for three heartbeats. */
  expire(name: string): void
  /** Pending requests are lost, the database is kept. */
  restart(): void
  /** `count` PDPs are registered, nothing is asked, and everybody holds what they should. */
  settled(count?: number): Promise<void>
}

const GROUP = 'opaGroup'
const TYPE = 'opa'
const OLDEST_MESSAGE_MS = 10 * 60_000
/** So many corrections in a row, and the next one would come for ever. */
const ENDLESS = 5
/** Longer than a busy machine takes to start a gateway, and to ask it again. */
const SETTLED_WITHIN_MS = 90_000

interface Record extends Instance {
  readonly requests: Requests
  readonly corrections: number
}

export async function openSimulatedPap(options: SimulatedPapOptions): Promise<SimulatedPap> {
  const { topic, heartbeatMs = 120_000, responseTimeoutMs = 30_000 } = options
  const source = `pap-${randomUUID()}`
  const instances = new Map<string, Record>()
  const [complaints, rolledBack]: [string[], PolicyId[]] = [[], []]
  const [statuses, requests]: [Status[], Request[]] = [[], []]
  let assigned = options.policies ?? []
  let groupState: PapState = 'ACTIVE'
  let hasSubgroup = true

  function send(message: Request & { readonly requestId: string }): void {
    requests.push(message)
    const text = JSON.stringify({ source, ...message, timestampMs: Date.now() })
    void topic.publish(text, randomUUID())
  }

  const address = (name: string) => ({ name, pdpGroup: GROUP, pdpSubgroup: TYPE })
  const update = (name: string, members: Partial<UpdateRequest>): Request => ({
    ...address(name),
    policiesToBeDeployed: [],
    ...members,
    messageName: 'PDP_UPDATE',
  })
  const become = (name: string, state: PapState): Request => ({
    ...address(name),
    state,
    messageName: 'PDP_STATE_CHANGE',
  })

  function patchInstance(name: string, members: Partial<Record>): void {
    const known = instances.get(name)
    if (known) instances.set(name, { ...known, ...members })
  }

  function register({ name, healthy, description }: Status): void {
    if (groupState !== 'ACTIVE' || !hasSubgroup) return
    const { requests: pending } = instances.get(name) ?? { requests: requestsTo(name) }
    const fresh = { state: groupState, healthy, description, policies: [], corrections: 0 }
    instances.set(name, { ...fresh, requests: pending })
    pending.add(
      update(name, { pdpHeartbeatIntervalMs: heartbeatMs, policiesToBeDeployed: assigned }),
    )
    pending.add(become(name, 'ACTIVE'))
  }

  function requestsTo(name: string): Requests {
    const onGivenUp = ({ messageName }: Request): void =>
      void complaints.push(`${name} did not answer ${messageName} in time`)
    return createRequests({ send, responseTimeoutMs, onGivenUp })
  }

  function compare(status: Status): void {
    const instance = instances.get(status.name)
    if (groupState !== 'ACTIVE' || !hasSubgroup) return
    if (!instance) return register(status)
    const { healthy, description, policies } = status
    patchInstance(status.name, { healthy, description, policies })
    const deploy = without(assigned, policies)
    const undeploy = without(policies, assigned)
    const isAsItShouldBe =
      status.pdpGroup === GROUP &&
      status.pdpSubgroup === TYPE &&
      status.state === instance.state &&
      [...deploy, ...undeploy].length === 0
    if (isAsItShouldBe) patchInstance(status.name, { corrections: 0 })
    else correct(status.name, { deploy, undeploy })
  }

  function correct(
    name: string,
    { deploy, undeploy }: { deploy: readonly Policy[]; undeploy: readonly PolicyId[] },
  ): void {
    const { corrections, state, requests: pending } = instances.get(name) ?? expectKnown(name)
    if (corrections === ENDLESS) complaints.push(`${name} is corrected in an endless loop`)
    if (corrections >= ENDLESS) return
    patchInstance(name, { corrections: corrections + 1 })
    const lists = { policiesToBeDeployed: deploy, policiesToBeUndeployed: undeploy }
    pending.add(update(name, { pdpHeartbeatIntervalMs: heartbeatMs, ...lists }))
    pending.add(become(name, state))
  }

  function answer(status: Status, responseTo: string): void {
    const request = instances.get(status.name)?.requests.answered(responseTo)
    if (request === undefined) return
    if (request.messageName === 'PDP_STATE_CHANGE') {
      if (status.state === request.state) return
      complaints.push(`state is ${status.state}, but expected ${request.state}`)
    } else checkUpdate(status, request)
  }

  function checkUpdate(status: Status, request: UpdateRequest): void {
    const { pdpGroup = null, pdpSubgroup = null, policiesToBeDeployed } = request
    if (status.pdpGroup !== pdpGroup) complaints.push(`${status.name}: group does not match`)
    else if (status.pdpSubgroup !== pdpSubgroup)
      complaints.push(`${status.name}: subgroup does not match`)
    else {
      const missing = without(policiesToBeDeployed, status.policies)
      if (missing.length > 0) rollBack(status.name, request, missing)
      else if (pdpSubgroup !== null) compare(status)
      else instances.delete(status.name)
    }
  }

  /** `policies do not match`: one PDP that fails takes it away from all of them. */
  function rollBack(name: string, request: UpdateRequest, missing: readonly PolicyId[]): void {
    rolledBack.push(...missing.map(({ name, version }) => ({ name, version })))
    assigned = without(assigned, missing)
    const policiesToBeUndeployed = missing.map(({ name, version }) => ({ name, version }))
    for (const [other, { requests: pending }] of instances) {
      const policiesToBeDeployed =
        other === name ? without(request.policiesToBeDeployed, missing) : []
      pending.add(update(other, { policiesToBeDeployed, policiesToBeUndeployed }))
    }
  }

  function hear(text: string): void {
    if (!text.includes('"PDP_STATUS"')) return
    const { success, output: status, issues } = v.safeParse(StatusSchema, JSON.parse(text))
    if (!success) {
      complaints.push(`${v.getDotPath(issues[0])}: ${issues[0].message}`)
      return
    }
    statuses.push(status)
    const responseTo = status.response?.responseTo ?? ''
    if (responseTo !== '') return answer(status, responseTo)
    if (Date.now() - status.timestampMs > OLDEST_MESSAGE_MS) complaints.push('a message is too old')
    else if (status.pdpSubgroup === null) register(status)
    else if (status.state === 'TERMINATED') forget(status.name)
    else compare(status)
  }

  function forget(name: string): void {
    instances.get(name)?.requests.clear()
    instances.delete(name)
  }

  function everybody(say: (name: string, pending: Requests) => void): void {
    for (const [name, { requests: pending }] of instances) {
      patchInstance(name, { corrections: 0 })
      say(name, pending)
    }
  }

  const holdsWhatItShould = ({ policies, requests: pending, state }: Record): boolean =>
    pending.isEmpty() &&
    (state !== 'ACTIVE' ||
      (policies.length === assigned.length && without(assigned, policies).length === 0))

  await topic.subscribe(hear)
  return {
    instances,
    complaints,
    rolledBack,
    statuses,
    requests,
    change({ deploy = [], undeploy = [] }) {
      assigned = [...without(assigned, [...undeploy, ...deploy]), ...deploy]
      const policiesToBeUndeployed = undeploy.map(({ name, version }) => ({ name, version }))
      const lists = { policiesToBeDeployed: deploy, policiesToBeUndeployed }
      everybody((name, pending) => pending.add(update(name, lists)))
    },
    setGroupState(state) {
      groupState = state
      everybody((name, pending) => {
        patchInstance(name, { state })
        const all = update(name, { policiesToBeDeployed: assigned, policiesToBeUndeployed: [] })
        const steps = [all, become(name, state)]
        for (const step of state === 'ACTIVE' ? steps : steps.toReversed()) pending.add(step)
      })
    },
    removeSubgroup() {
      hasSubgroup = false
      const lists = { policiesToBeDeployed: [], policiesToBeUndeployed: [] }
      everybody((name, pending) => {
        pending.add({ name, state: 'PASSIVE', messageName: 'PDP_STATE_CHANGE' })
        pending.add({ name, ...lists, messageName: 'PDP_UPDATE' })
      })
    },
    expire: forget,
    restart() {
      for (const { requests: pending } of instances.values()) pending.clear()
    },
    async settled(count = 1) {
      const isSettled = (): true | undefined => {
        const all = [...instances.values()]
        return (all.length === count && all.every(holdsWhatItShould)) || undefined
      }
      await eventually('the PDPs to hold what they should', isSettled, SETTLED_WITHIN_MS)
    },
  }
}

function expectKnown(name: string): never {
  throw new Error(`nobody knows ${name}`)
}
