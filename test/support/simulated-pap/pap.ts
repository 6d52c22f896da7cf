import { randomUUID } from 'node:crypto'

import type { Topic } from '../../../gateway/src/kafka/topic.ts'
import { eventually } from '../eventually.ts'
import type { PapState, Policy, PolicyId, Request } from './messages.ts'
import { stateRequest, updateRequest, without } from './messages.ts'
import type { Requests } from './requests.ts'
import { PapRules } from './rules.ts'

/** The defaults are those of the packaged PAP. */
export interface SimulatedPapOptions {
  readonly topic: Topic
  /** What its database says the subgroup is to hold. Default nothing. */
  readonly policies?: readonly Policy[]
  /** Default 120000. */
  readonly heartbeatMs?: number
  /** How long it waits before it asks again, and then gives up. Default 30000. */
  readonly responseTimeoutMs?: number
}

/** A PAP with one group and one subgroup that keeps the rules of the real one, down to its temper. */
export interface SimulatedPap {
  readonly instances: PapRules['instances']
  /** Everything that would have made PAP log an error, give up, or loop. Empty when PAP was happy. */
  readonly complaints: readonly string[]
  /** Policies that it took away from everybody, because one PDP could not deploy them. */
  readonly rolledBack: readonly PolicyId[]
  /** Every PDP_STATUS it took, the oldest first. */
  readonly statuses: PapRules['statuses']
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

/** Longer than a busy machine takes to start a gateway, and to ask it again. */
const SETTLED_WITHIN_MS = 90_000

export async function openSimulatedPap(options: SimulatedPapOptions): Promise<SimulatedPap> {
  const { topic, policies = [], heartbeatMs = 120_000, responseTimeoutMs = 30_000 } = options
  const source = `pap-${randomUUID()}`
  const requests: Request[] = []
  const send = (message: Request): void => {
    requests.push(message)
    const text = JSON.stringify({ source, ...message, timestampMs: Date.now() })
    // A topic that is closed ends the test, and with it the PAP.
    topic.publish(text, randomUUID()).catch(() => undefined)
  }
  const rules = new PapRules({ policies, heartbeatMs, responseTimeoutMs, send })

  /** What an operator orders is no correction. */
  function order(say: (name: string, requests: Requests) => void): void {
    for (const [name, instance] of rules.instances) {
      rules.patch(name, { corrections: 0 })
      say(name, instance.requests)
    }
  }

  await topic.subscribe((text) => rules.hear(text))
  return {
    instances: rules.instances,
    complaints: rules.complaints,
    rolledBack: rules.rolledBack,
    statuses: rules.statuses,
    requests,
    change({ deploy = [], undeploy = [] }) {
      rules.assigned = [...without(rules.assigned, [...undeploy, ...deploy]), ...deploy]
      const policiesToBeUndeployed = undeploy.map(({ name, version }) => ({ name, version }))
      const lists = { policiesToBeDeployed: deploy, policiesToBeUndeployed }
      order((name, pending) => pending.add(updateRequest(name, lists)))
    },
    setGroupState(state) {
      rules.groupState = state
      const lists = { policiesToBeDeployed: rules.assigned, policiesToBeUndeployed: [] }
      order((name, pending) => {
        rules.patch(name, { state })
        const steps = [updateRequest(name, lists), stateRequest(name, state)]
        for (const step of state === 'ACTIVE' ? steps : steps.toReversed()) pending.add(step)
      })
    },
    removeSubgroup() {
      rules.hasSubgroup = false
      const lists = { policiesToBeDeployed: [], policiesToBeUndeployed: [] }
      order((name, pending) => {
        pending.add({ name, state: 'PASSIVE', messageName: 'PDP_STATE_CHANGE' })
        pending.add({ name, ...lists, messageName: 'PDP_UPDATE' })
      })
    },
    expire: (name) => rules.forget(name),
    restart() {
      for (const instance of rules.instances.values()) instance.requests.clear()
    },
    async settled(count = 1) {
      const isSettled = (): true | undefined => {
        const all = [...rules.instances.values()]
        return (all.length === count && all.every((each) => rules.isSettled(each))) || undefined
      }
      await eventually('the PDPs to hold what they should', isSettled, SETTLED_WITHIN_MS)
    },
  }
}
