import type { Topic } from '../kafka/topic.ts'
import type { Administration } from './administration.ts'
import { systemClock } from './clock.ts'
import type { Clock } from './clock.ts'
import { openRecord } from './envelope.ts'
import type { PapLog } from './log.ts'
import { Membership } from './membership.ts'
import { isAddressedTo } from './message-filter.ts'
import { heartbeat, registration, termination, writeStatus } from './pdp-status.ts'
import type { PdpIdentity, PdpStatus, PdpView } from './pdp-status.ts'
import { rememberAnswers } from './remember-answers.ts'
import type { AnswerStore } from './remember-answers.ts'
import { createResponder } from './responder.ts'

/** A PAP that was not there, or had no place for this PDP, finds it at the next registration. */
const REGISTRATION_INTERVAL_MS = 60_000
const DEFAULT_HEARTBEAT_INTERVAL_MS = 120_000

/** A broker that is gone must not keep the process from ending. */
const GOODBYE_TIMEOUT_MS = 3_000

export interface PapSessionOptions {
  /** The topic shared with the PAP and all its PDPs. Whoever made it closes it. */
  readonly topic: Topic
  readonly administration: Administration
  readonly pdp: PdpIdentity
  readonly answers: AnswerStore
  readonly log: PapLog
  /** What ails the fleet, in a sentence, if anything does. Default: nothing. */
  readonly trouble?: () => string | undefined
  /** Default: the system's. */
  readonly clock?: Clock
  /** Milliseconds between heartbeats until the PAP says otherwise. Default 120000. */
  readonly heartbeatIntervalMs?: number
}

export interface PapSession {
  /** Resolves when the topic's partitions are assigned and the registration is out. */
  start(): Promise<void>
  /**
   * Finishes the message in hand, says goodbye if the PAP knows this PDP, and resolves when that is
   * sent, after 3 s at the latest.
   */
  stop(): Promise<void>
}

/** One PDP's side of the conversation with the PAP: registration, heartbeats, an answer to every request. */
export function createPapSession(options: PapSessionOptions): PapSession {
  const { topic, administration, pdp, log, clock = systemClock } = options
  const membership = new Membership(options.heartbeatIntervalMs ?? DEFAULT_HEARTBEAT_INTERVAL_MS)
  const { respond, resume } = createResponder({ administration, membership, log })
  const answer = rememberAnswers(async (record) => (await respond(record))?.(view()), {
    store: options.answers,
    onSaidAgain: resume,
    view,
    log,
  })
  let lastStep: Promise<void> = Promise.resolve()
  let pace = { intervalMs: 0, stop: (): void => {} }
  let stopped = false
  let isBeatDue = false
  let registrationId = ''

  function view(): PdpView {
    return {
      ...pdp,
      trouble: options.trouble?.(),
      state: membership.stateTold ? administration.state() : 'PASSIVE',
      policies: administration.policies(),
      assignment: membership.assignment,
      nowMs: clock.now(),
    }
  }

  /** One step after another, so that a heartbeat never speaks from the middle of an update. */
  function inTurn(step: () => Promise<void>): Promise<void> {
    lastStep = lastStep.then(step).catch((error: unknown) => {
      log.error({ err: error }, 'a message to the PAP was not sent')
    })
    return lastStep
  }

  function publish(status: PdpStatus): Promise<void> {
    return topic.publish(writeStatus(status, pdp), pdp.name)
  }

  async function beat(): Promise<void> {
    isBeatDue = false
    if (stopped) return
    if (membership.assignment !== undefined) return publish(heartbeat(view()))
    const status = registration(view())
    registrationId = status.requestId
    membership.registered(clock.now())
    await publish(status)
  }

  /** One at most waits: a broker that was away for long must not be met with all that it missed. */
  function beatInTurn(): void {
    if (isBeatDue) return
    isBeatDue = true
    void inTurn(beat)
  }

  /** Restarts the timer only when the interval is another: an update must not put the next beat off. */
  function keepPace(): void {
    const isAssigned = membership.assignment !== undefined
    const intervalMs = isAssigned ? membership.heartbeatIntervalMs : REGISTRATION_INTERVAL_MS
    if (stopped || intervalMs === pace.intervalMs) return
    pace.stop()
    pace = { intervalMs, stop: clock.every(intervalMs, beatInTurn) }
  }

  async function handle(text: string): Promise<void> {
    const record = openRecord(text)
    if (record === undefined) log.warn({ text: text.slice(0, 200) }, 'a record that is no message')
    if (stopped || record === undefined) return
    if (record.requestId === registrationId) membership.heardOwnRegistration()
    const { assignment } = membership
    if (!isAddressedTo({ name: pdp.name, assignment }, record.envelope)) return
    const status = await answer(record)
    keepPace()
    if (status !== undefined) await publish(status)
    const isReleased = assignment !== undefined && membership.assignment === undefined
    if (isReleased) await beat()
  }

  async function sayGoodbye(): Promise<void> {
    if (membership.assignment !== undefined) await publish(termination(view()))
  }

  return {
    async start() {
      await topic.subscribe((text) => inTurn(() => handle(text)))
      keepPace()
      await inTurn(beat)
    },
    async stop() {
      stopped = true
      pace.stop()
      const { promise: late, resolve } = Promise.withResolvers<void>()
      const cancel = clock.every(GOODBYE_TIMEOUT_MS, resolve)
      await Promise.race([late, inTurn(sayGoodbye)])
      cancel()
    },
  }
}
