import { randomUUID } from 'node:crypto'

import type { Inbox } from './inbox.ts'
import { createLink, type Link } from './kafkajs-link.ts'
import { commitPositions, type GroupOptions, type Positions } from './kafkajs-positions.ts'
import type { Consumer, EachMessagePayload } from './kafkajs.ts'
import { idOf } from './record.ts'
import { decodeText } from './text.ts'

export interface MembershipOptions extends GroupOptions {
  readonly positions: Positions
  readonly handle: Inbox
  /** Leaves the group. */
  readonly signal: AbortSignal
}

/** A place in the consumer group, with partitions assigned. */
export interface Membership {
  /** Resolves when we left or kafkajs gave up; then a new membership is needed. */
  readonly ended: Promise<void>
}

/** Handlers may compile for seconds: the group is told all the while that we live. */
const heartbeatMs = 1_500
/** The shortest session that brokers allow by default: a gateway that was killed is soon out of the way. */
const sessionMs = 6_000
const leaveMs = 1_000

/** Joins the group; resolves when partitions are assigned and every one of them has its position. */
export async function joinGroup(options: MembershipOptions): Promise<Membership> {
  const { topic, groupId, signal } = options
  const link = createLink(options)
  const consumer = createConsumer(link, groupId)
  const end = Promise.withResolvers<void>()
  let taking = Promise.resolve()
  const leave = (): void => {
    setTimeout(end.resolve, leaveMs)
    void leaveGroup(consumer, taking, options)
  }
  signal.addEventListener('abort', leave)
  const ended = end.promise.finally(() => {
    signal.removeEventListener('abort', leave)
    link.cut()
  })
  watchCrashes(consumer, end.resolve, options)
  const assigned = watchAssignment(consumer, options)
  consumer.on(consumer.events.END_BATCH_PROCESS, () => void commitPositions(consumer, options))
  try {
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    const eachMessage = (payload: EachMessagePayload): Promise<void> =>
      (taking = take(payload, options))
    await consumer.run({ autoCommit: false, eachMessage })
    await Promise.race([assigned, ended.then(failToJoin)])
  } catch (error) {
    end.resolve()
    throw error
  }
  return { ended }
}

/** Without a group id every membership gets a group of its own, so none waits for the last one's session to end. */
const createConsumer = ({ kafka }: Link, groupId = `opa-pdp-${randomUUID()}`): Consumer =>
  kafka.consumer({
    groupId,
    sessionTimeout: sessionMs,
    rebalanceTimeout: sessionMs,
    heartbeatInterval: heartbeatMs,
    // Leaving waits for the fetch that is under way.
    maxWaitTimeInMs: 500,
    metadataMaxAge: 30_000,
    retry: { retries: 3 },
  })

const shared =
  'kafka: another member of the group gets records that are not seen here; a group id must be of one gateway alone'

/**
 * kafkajs looks for its offset at the first fetch, which may be after the first records. Our positions were looked up
 * before, and are set while kafkajs tells of the assignment, that is before it fetches. A partition without a position
 * is younger than our look: it is read from the beginning.
 */
function watchAssignment(consumer: Consumer, options: MembershipOptions): Promise<void> {
  const { topic, positions, logger } = options
  const { promise, resolve } = Promise.withResolvers<void>()
  consumer.on(consumer.events.GROUP_JOIN, ({ payload: { groupId, memberAssignment } }) => {
    const partitions = memberAssignment[topic] ?? []
    for (const partition of partitions) beginYoung(partition, options)
    for (const [partition, offset] of positions.next) consumer.seek({ topic, partition, offset })
    logger.info({ topic, groupId, partitions }, 'kafka: joined')
    if (partitions.length < Math.max(positions.next.size, 1))
      logger.warn({ topic, groupId }, shared)
    if (partitions.length > 0) resolve()
  })
  return promise
}

function beginYoung(partition: number, { positions, bookmarks, logger }: MembershipOptions): void {
  if (positions.next.has(partition)) return
  positions.next.set(partition, '0')
  bookmarks
    ?.keep({ partition: positions.nameOf(partition), next: '0' })
    .catch((error: unknown) => logger.warn({ err: error }, 'kafka: a bookmark was not kept'))
}

/** STOP comes before kafkajs disconnects, which may take for ever; only after that would CRASH come. */
function watchCrashes(consumer: Consumer, onEnd: () => void, { logger }: MembershipOptions): void {
  consumer.on(consumer.events.STOP, onEnd)
  consumer.on(consumer.events.CRASH, ({ payload: { error } }) => {
    logger.debug({ err: error }, 'kafka: the consumer crashed')
  })
}

async function leaveGroup(
  consumer: Consumer,
  taking: Promise<void>,
  options: MembershipOptions,
): Promise<void> {
  try {
    await taking
    await commitPositions(consumer, options)
    await consumer.disconnect()
  } catch (error) {
    options.logger.debug({ err: error }, 'kafka: left without a word')
  }
}

async function take(payload: EachMessagePayload, options: MembershipOptions): Promise<void> {
  const { partition, message } = payload
  const { topic, positions, logger, handle } = options
  const { offset, value } = message
  const next = String(BigInt(offset) + 1n)
  const text = decodeText(value)
  if (text === undefined) logger.warn({ topic, partition, offset }, 'kafka: skipped, not a text')
  else {
    const place = { partition: positions.nameOf(partition), next }
    await whileBeating(payload, () => handle(text, { id: idOf(message), place }))
  }
  positions.next.set(partition, next)
}

async function whileBeating(payload: EachMessagePayload, work: () => Promise<void>): Promise<void> {
  // A beat that fails shows again at kafkajs' own beat after this record, where it knows what to do.
  const timer = setInterval(() => void payload.heartbeat().catch(() => {}), heartbeatMs)
  await work().finally(() => clearInterval(timer))
}

function failToJoin(): never {
  throw new Error('The consumer stopped before it had partitions')
}
