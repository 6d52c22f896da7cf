import type { PdpState } from '@vedette/core/bundle/head'
import { pino } from 'pino'

import { createMemoryTopic } from '../kafka/memory-topic.support.ts'
import type { Topic } from '../kafka/topic.ts'
import type { Administration, PolicyUpdate } from './administration.ts'
import type { Clock } from './clock.ts'
import type { PdpIdentity, PdpStatus } from './pdp-status.ts'
import type { AnswerStore } from './remember-answers.ts'
import { createPapSession } from './session.ts'
import type { PapSession, PapSessionOptions } from './session.ts'
import type { PolicyIdentifier, ToscaPolicy } from './tosca-policy.ts'

export const PDP = 'opa-test'
export const pdp: PdpIdentity = { name: PDP, group: 'opaGroup', type: 'opa' }

/** A gateway of two lists: policies named in `broken` are refused with that sentence. */
export class FakeAdministration implements Administration {
  readonly updates: PolicyUpdate[] = []
  readonly states: PdpState[] = []
  readonly broken = new Map<string, string>()
  held: PolicyIdentifier[] = []
  failure: Error | undefined

  async apply(update: PolicyUpdate): ReturnType<Administration['apply']> {
    this.updates.push(update)
    if (this.failure !== undefined) throw this.failure
    const undeployed = this.held.filter((policy) => isListed(update.undeploy, policy))
    this.held = this.held.filter((policy) => !undeployed.includes(policy))
    if (update.full) this.held = this.held.filter((policy) => isListed(update.deploy, policy))
    const fresh = update.deploy.filter((policy) => !isListed(this.held, policy))
    const deployed = fresh.filter(({ name }) => !this.broken.has(name))
    this.held.push(...deployed.map(({ name, version }) => ({ name, version })))
    const deployErrors = fresh.flatMap(({ name }) => this.broken.get(name) ?? [])
    return { deployed, undeployed, deployErrors, undeployErrors: [] }
  }

  async setState(state: PdpState): Promise<void> {
    if (this.failure !== undefined) throw this.failure
    this.states.push(state)
  }

  policies(): readonly PolicyIdentifier[] {
    return this.held
  }

  state(): PdpState {
    return this.states.at(-1) ?? 'PASSIVE'
  }
}

function isListed(list: readonly PolicyIdentifier[], { name, version }: PolicyIdentifier): boolean {
  return list.some((policy) => policy.name === name && policy.version === version)
}

/** Answers that last as long as the object does. */
export function createMemoryAnswers(): AnswerStore {
  const answers = new Map<string, string>()
  return {
    async putAnswer(request, answer) {
      answers.set(request, answer)
    },
    answer: async (request) => answers.get(request),
  }
}

/** Time that passes when the test says so. */
class FakeClock implements Clock {
  #nowMs = 1_795_301_468_884
  #timers = new Set<{ dueMs: number; readonly intervalMs: number; readonly tick: () => void }>()

  now(): number {
    return this.#nowMs
  }

  every(intervalMs: number, tick: () => void): () => void {
    const timer = { dueMs: this.#nowMs + intervalMs, intervalMs, tick }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  pass(ms: number): void {
    this.#nowMs += ms
    for (const timer of this.#timers) {
      for (; timer.dueMs <= this.#nowMs; timer.dueMs += timer.intervalMs) timer.tick()
    }
  }
}

/** A session on a topic of its own, with a PAP's view of that topic. */
export interface Harness {
  readonly topic: Topic
  readonly administration: FakeAdministration
  readonly clock: FakeClock
  readonly session: PapSession
  /** Everything on the topic, as text. */
  readonly records: string[]
  /** What the PDP has said so far. */
  readonly statuses: () => PdpStatus[]
  /** Sends a request, or any text; what the PDP says to it. */
  readonly tell: (message: unknown) => Promise<PdpStatus[]>
  /** The one answer to a request. */
  readonly ask: (message: object) => Promise<PdpStatus>
}

export async function startSession(options: Partial<PapSessionOptions> = {}): Promise<Harness> {
  const log = pino({ enabled: false })
  const topic = options.topic ?? createMemoryTopic(log)
  const records: string[] = []
  await topic.subscribe((text) => void records.push(text))
  const administration = new FakeAdministration()
  const clock = new FakeClock()
  const session = createPapSession({
    topic,
    administration,
    pdp,
    answers: createMemoryAnswers(),
    log,
    clock,
    ...options,
  })
  await session.start()
  const statuses = (): PdpStatus[] => records.filter((text) => isStatus(text)).map(parseStatus)
  const tell = async (message: unknown): Promise<PdpStatus[]> => {
    const before = statuses().length
    await topic.publish(typeof message === 'string' ? message : JSON.stringify(message))
    await settled()
    return statuses().slice(before)
  }
  const ask = async (message: object): Promise<PdpStatus> => {
    const [answer, ...more] = await tell(message)
    if (answer === undefined || more.length > 0) throw new Error(`${more.length + 1} answers`)
    return answer
  }
  await settled()
  return { topic, administration, clock, session, records, statuses, tell, ask }
}

/** Everything in memory is done once the microtasks are: no timer is involved. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

function isStatus(text: string): boolean {
  return text.startsWith('{"messageName":"PDP_STATUS"')
}

function parseStatus(text: string): PdpStatus {
  return JSON.parse(text) as PdpStatus
}

export function policy(name: string, version = '1.0.0'): ToscaPolicy {
  const rego = Buffer.from(`package ${name}\n`).toString('base64')
  return {
    type: 'onap.policies.native.opa',
    type_version: '1.0.0',
    name,
    version,
    properties: { data: {}, policy: { [name]: rego } },
    metadata: { 'policy-id': name, 'policy-version': version },
  }
}

/** A PDP_UPDATE as a PAP writes it: null members absent. */
export function update(members: object = {}): object {
  return {
    source: 'pap-1',
    policiesToBeDeployed: [],
    messageName: 'PDP_UPDATE',
    requestId: crypto.randomUUID(),
    timestampMs: 1_730_722_305_297,
    name: PDP,
    pdpGroup: 'opaGroup',
    pdpSubgroup: 'opa',
    ...members,
  }
}

export function stateChange(state: string, members: object = {}): object {
  return {
    source: 'pap-1',
    state,
    messageName: 'PDP_STATE_CHANGE',
    requestId: crypto.randomUUID(),
    timestampMs: 1_730_722_305_297,
    name: PDP,
    pdpGroup: 'opaGroup',
    pdpSubgroup: 'opa',
    ...members,
  }
}
