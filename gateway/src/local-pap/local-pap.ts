import { messageOf } from '@vedette/core/errors'

import type { Topic } from '../kafka/topic.ts'
import type { ToscaPolicy } from '../pap/tosca-policy.ts'
import type { PapEvent } from './event.ts'
import { readPdpStatus } from './received-status.ts'
import type { ReceivedStatus } from './received-status.ts'
import { createRequests, GROUP } from './requests.ts'
import { isListed, isSomething, Subgroup, undeploying } from './subgroup.ts'
import type { Change } from './subgroup.ts'
import { judge } from './verdict.ts'

export interface LocalPapOptions {
  /** Whoever made it closes it. */
  readonly topic: Topic
  readonly report: (event: PapEvent) => void
  /** Told to each PDP. Default 120000. */
  readonly heartbeatIntervalMs?: number
  /** How long a request waits before it is re-sent, and as long again before it is given up. Default 30000. */
  readonly answerTimeoutMs?: number
}

export interface LocalPap {
  /** Resolves when PDPs are heard, and those that an earlier PAP left behind are called. */
  start(): Promise<void>
  /** Makes these the policies of every PDP, registered before or after. */
  assign(policies: readonly ToscaPolicy[]): void
}

/** One PDP since its registration: one request after another, none after the signal. */
interface Conversation {
  readonly pdp: string
  readonly end: AbortController
  last: Promise<void>
  open: number
}

/** A PAP of one group with one subgroup, which keeps nothing: what a PDP sees of the real one. */
export function createLocalPap(options: LocalPapOptions): LocalPap {
  const { topic, report, heartbeatIntervalMs = 120_000, answerTimeoutMs = 30_000 } = options
  const requests = createRequests(topic, answerTimeoutMs)
  const subgroup = new Subgroup()
  const conversations = new Map<string, Conversation>()

  function inTurn(conversation: Conversation, step: () => Promise<void>): void {
    const { pdp, end } = conversation
    conversation.open += 1
    conversation.last = conversation.last
      .then(() => (end.signal.aborted ? undefined : step()))
      .catch((error: unknown) => {
        if (!end.signal.aborted) report({ kind: 'unanswered', pdp, reason: messageOf(error) })
      })
      .finally(() => void (conversation.open -= 1))
  }

  async function update(to: Conversation, change: Change, interval: object = {}): Promise<void> {
    const answer = await requests.ask(
      to.pdp,
      {
        messageName: 'PDP_UPDATE',
        ...interval,
        policiesToBeDeployed: change.deploy,
        policiesToBeUndeployed: change.undeploy,
      },
      to.end.signal,
    )
    const verdict = judge(to.pdp, change, answer)
    for (const event of verdict.events) report(event)
    for (const policy of verdict.missing) {
      const before = change.replaced.get(policy.name)
      subgroup.refuse(policy, before && isListed(answer.policies, before) ? before : undefined)
    }
    const former = verdict.deployed.flatMap(({ name }) => change.replaced.get(name) ?? [])
    if (former.length > 0) await update(to, undeploying(former))
  }

  async function activate({ pdp, end }: Conversation): Promise<void> {
    const request = { messageName: 'PDP_STATE_CHANGE', state: 'ACTIVE' } as const
    const { state, response } = await requests.ask(pdp, request, end.signal)
    if (state === 'ACTIVE') report({ kind: 'state', pdp, state })
    else report({ kind: 'refused', pdp, policies: [], reason: response?.responseMessage ?? state })
  }

  /** The sequence of the real one: everything, then ACTIVE, then an update of nothing. */
  function register({ name: pdp, policies: held }: ReceivedStatus): void {
    conversations.get(pdp)?.end.abort()
    const conversation = { pdp, end: new AbortController(), last: Promise.resolve(), open: 0 }
    conversations.set(pdp, conversation)
    report({ kind: 'registered', pdp })
    inTurn(conversation, async () => {
      const interval = { pdpHeartbeatIntervalMs: heartbeatIntervalMs }
      const change = { ...subgroup.difference(held), deploy: subgroup.policies() }
      await update(conversation, change, interval)
      await activate(conversation)
      await update(conversation, undeploying([]), interval)
    })
  }

  /** A PDP that differs from what it should be is put right, but not while it is being told. */
  function compare(conversation: Conversation, { policies, state }: ReceivedStatus): void {
    if (conversation.open > 0) return
    const change = subgroup.difference(policies)
    const interval = { pdpHeartbeatIntervalMs: heartbeatIntervalMs }
    if (isSomething(change)) inTurn(conversation, () => update(conversation, change, interval))
    if (state !== 'ACTIVE') inTurn(conversation, () => activate(conversation))
  }

  function leave(conversation: Conversation): void {
    conversation.end.abort()
    conversations.delete(conversation.pdp)
    report({ kind: 'left', pdp: conversation.pdp })
  }

  function handle(record: string): void {
    const status = readPdpStatus(record)
    if (status === undefined) return
    const conversation = conversations.get(status.name)
    const responseTo = status.response?.responseTo ?? ''
    if (responseTo !== '' && conversation) return requests.answered(responseTo, status)
    if (status.pdpGroup !== GROUP) return
    if (status.state === 'TERMINATED') return conversation && leave(conversation)
    if (conversation === undefined || status.pdpSubgroup === '') return register(status)
    compare(conversation, status)
  }

  return {
    async start() {
      await topic.subscribe(handle)
      await requests.call()
    },
    assign(policies) {
      const changes = subgroup.assign(policies)
      for (const conversation of conversations.values()) {
        for (const change of changes) inTurn(conversation, () => update(conversation, change))
      }
    },
  }
}
