import { setTimeout as delay } from 'node:timers/promises'

import type { Topic } from '../kafka/topic.ts'
import type { PolicyIdentifier, ToscaPolicy } from '../pap/tosca-policy.ts'
import type { ReceivedStatus } from './received-status.ts'

export const GROUP = 'opaGroup'
export const SUBGROUP = 'opa'

/** What is asked of a PDP; null members are left out, as a PAP does. */
type PapRequest =
  | {
      readonly messageName: 'PDP_UPDATE'
      readonly policiesToBeDeployed: readonly ToscaPolicy[]
      readonly policiesToBeUndeployed: readonly PolicyIdentifier[]
      readonly pdpHeartbeatIntervalMs?: number
    }
  | { readonly messageName: 'PDP_STATE_CHANGE'; readonly state: 'ACTIVE' }

export interface Requests {
  /** Sends a request and waits for its answer. Rejects when there is none, and on the signal. */
  ask(pdpName: string, request: PapRequest, signal: AbortSignal): Promise<ReceivedStatus>
  /** Asks the whole subgroup for an answer: an assigned PDP would else be silent until its next heartbeat. */
  call(): Promise<void>
  /** Hands in an answer; one that nobody waits for is dropped. */
  answered(responseTo: string, status: ReceivedStatus): void
}

/** As a PAP: sent, re-sent once under its id after `answerTimeoutMs`, given up after as long again. */
export function createRequests(topic: Topic, answerTimeoutMs: number): Requests {
  const source = `pap-${crypto.randomUUID()}`
  const waiting = new Map<string, (status: ReceivedStatus) => void>()

  function write(request: object): { readonly requestId: string; readonly record: string } {
    const requestId = crypto.randomUUID()
    const message = { source, ...request, requestId, timestampMs: Date.now() }
    return {
      requestId,
      record: JSON.stringify({ ...message, pdpGroup: GROUP, pdpSubgroup: SUBGROUP }),
    }
  }

  async function ask(
    pdpName: string,
    request: PapRequest,
    signal: AbortSignal,
  ): Promise<ReceivedStatus> {
    const { promise, resolve } = Promise.withResolvers<ReceivedStatus>()
    const { requestId, record } = write({ ...request, name: pdpName })
    waiting.set(requestId, resolve)
    try {
      const answer =
        (await send(record, pdpName, { promise, signal })) ??
        (await send(record, pdpName, { promise, signal }))
      if (answer !== undefined) return answer
      throw new Error(`no answer to ${request.messageName} in ${(2 * answerTimeoutMs) / 1_000} s`)
    } finally {
      waiting.delete(requestId)
    }
  }

  async function send(
    record: string,
    key: string,
    { promise, signal }: { promise: Promise<ReceivedStatus>; signal: AbortSignal },
  ): Promise<ReceivedStatus | undefined> {
    const answered = new AbortController()
    await topic.publish(record, key)
    try {
      const over = { signal: AbortSignal.any([signal, answered.signal]) }
      return await Promise.race([promise, delay(answerTimeoutMs, undefined, over)])
    } finally {
      answered.abort()
    }
  }

  return {
    ask,
    call() {
      const nothing = { policiesToBeDeployed: [], policiesToBeUndeployed: [] }
      return topic.publish(write({ messageName: 'PDP_UPDATE', ...nothing }).record)
    },
    answered: (responseTo, status) => waiting.get(responseTo)?.(status),
  }
}
