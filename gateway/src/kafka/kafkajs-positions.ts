import { createLink, type LinkOptions } from './kafkajs-link.ts'
import type { Consumer } from './kafkajs.ts'

/** Where to read next: partition → offset. Ours, so a new membership goes on exactly where the last one was. */
export type Positions = Map<number, string>

export interface GroupOptions extends LinkOptions {
  readonly topic: string
  readonly groupId?: string | undefined
}

/** Where a newcomer starts: at what its group committed, else at the end. */
export async function findPositions(options: GroupOptions): Promise<Positions> {
  const { topic, groupId } = options
  const { kafka, cut } = createLink(options)
  const admin = kafka.admin()
  try {
    await admin.connect()
    const topics = await admin.listTopics()
    if (!topics.includes(topic)) return new Map()
    const ends = await admin.fetchTopicOffsets(topic)
    const positions = new Map(ends.map(({ partition, high }) => [partition, high]))
    if (groupId === undefined) return positions
    const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] })
    for (const { partition, offset } of committed?.partitions ?? []) {
      if (Number(offset) >= 0) positions.set(partition, offset)
    }
    return positions
  } finally {
    cut()
  }
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
      Array.from(positions, ([partition, offset]) => ({ topic, partition, offset })),
    )
  } catch (error) {
    logger.debug({ err: error, topic }, 'kafka: positions not stored')
  }
}
