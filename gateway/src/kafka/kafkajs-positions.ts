import { createLink, type LinkOptions } from './kafkajs-link.ts'
import type { Consumer } from './kafkajs.ts'
import type { Bookmarks } from './topic.ts'

/** Where to read next. Ours, so a new membership goes on exactly where the last one was. */
export interface Positions {
  /** Names a partition among those of all topics and clusters. */
  readonly nameOf: (partition: number) => string
  /** Partition → offset. */
  readonly next: Map<number, string>
}

export interface GroupOptions extends LinkOptions {
  readonly topic: string
  readonly groupId?: string | undefined
  readonly bookmarks?: Bookmarks | undefined
}

/** Where a newcomer starts: at its bookmarks, else at what its group committed, else at the end. */
export async function findPositions(options: GroupOptions): Promise<Positions> {
  const { topic, groupId } = options
  const { kafka, cut } = createLink(options)
  const admin = kafka.admin()
  try {
    await admin.connect()
    const { clusterId } = await admin.describeCluster()
    const nameOf = (partition: number): string => `${clusterId} ${topic} ${partition}`
    const topics = await admin.listTopics()
    if (!topics.includes(topic)) return { nameOf, next: new Map() }
    const ends = await admin.fetchTopicOffsets(topic)
    const next = new Map(ends.map(({ partition, high }) => [partition, high]))
    const ofGroup =
      groupId === undefined ? [] : await admin.fetchOffsets({ groupId, topics: [topic] })
    for (const { partition, offset } of ofGroup[0]?.partitions ?? []) {
      if (Number(offset) >= 0) next.set(partition, offset)
    }
    const positions = { nameOf, next }
    for (const end of ends) await turnToBookmark(positions, end, options)
    return positions
  } finally {
    cut()
  }
}

interface End {
  readonly partition: number
  readonly low: string
  readonly high: string
}

/** A bookmark behind the end is of a topic that was removed and made anew: nothing that is on it now was read. */
async function turnToBookmark(
  { nameOf, next }: Positions,
  { partition, low, high }: End,
  { bookmarks }: GroupOptions,
): Promise<void> {
  const kept = await bookmarks?.find(nameOf(partition))
  if (kept !== undefined) next.set(partition, BigInt(kept) > BigInt(high) ? low : kept)
  else await bookmarks?.keep({ partition: nameOf(partition), next: next.get(partition) ?? high })
}

/** For whoever starts again with the same group id. Never rejects: a failure costs records seen twice. */
export async function commitPositions(
  consumer: Consumer,
  options: GroupOptions & { readonly positions: Positions },
): Promise<void> {
  const { topic, groupId, positions, logger } = options
  if (groupId === undefined) return
  try {
    await consumer.commitOffsets(
      Array.from(positions.next, ([partition, offset]) => ({ topic, partition, offset })),
    )
  } catch (error) {
    logger.debug({ err: error, topic }, 'kafka: positions not stored')
  }
}
