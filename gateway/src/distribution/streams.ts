import type { SignedHead } from '@vedette/core/bundle/head'
import type { Holdings } from '@vedette/core/protocol/held'
import { encodePush } from '@vedette/core/protocol/messages'

import type { Catalog, Following } from '../catalog/catalog.ts'
import { pushOf } from './following.ts'
import { chunkOf, createReader } from './reader.ts'
import type { Line, Reader, StreamConnection } from './reader.ts'

/** Everyone who reads `/sync/v1/{scope}/stream`: lines of JSON, each a push. */
export interface Streams {
  /** Sends what a reader at `positions` lacks, then everything as it comes, until either side ends it. */
  open(connection: StreamConnection, positions: Holdings['positions']): Promise<void>
  /** One line for all, encoded once. */
  broadcast(following: Following, head: SignedHead): void
  /** How many read, and how many of them are behind. */
  audience(): Audience
  close(): void
}

interface Audience {
  readonly following: number
  readonly behind: number
}

export interface StreamsOptions {
  /** One that is behind and takes nothing for so long is cut off; it comes back and resumes. Default: a minute. */
  readonly patienceMs?: number
}

/** Larger content is not repeated in every stream: a reader fetches it by its address, or has it already. */
const inlineBytes = 32 * 1024

/** Nor is a line made longer than this by content, however small its pieces. */
const lineBytes = 1024 * 1024

export function createStreams(
  catalog: Pick<Catalog, 'head' | 'since'>,
  scope: string,
  { patienceMs = 60_000 }: StreamsOptions = {},
): Streams {
  const readers = new Set<Reader>()
  /** Of those who come one after another most hold the same: all of them, when the gateway was away. */
  let latest: { readonly held: string; readonly line: Promise<Line> } | undefined

  const lineOf = ({ entries, blobs }: Following, head: SignedHead | undefined): Line => {
    const push = pushOf({ entries, blobs: inlined(blobs) }, head, { scope })
    const { policy, data } = head?.head.parts ?? {}
    return {
      chunk: chunkOf(`${encodePush(push)}\n`),
      positions: {
        ...(policy && { policy: policy.position }),
        ...(data && { data: data.position }),
      },
    }
  }

  function lineAfter(positions: Holdings['positions']): Promise<Line> {
    const held = `${positions.policy} ${positions.data}`
    if (latest?.held !== held) latest = { held, line: newLineAfter(positions) }
    return latest.line
  }

  async function newLineAfter(positions: Holdings['positions']): Promise<Line> {
    try {
      return lineOf(await catalog.since(positions), catalog.head())
    } catch (error) {
      latest = undefined
      throw error
    }
  }

  return {
    async open(connection, positions) {
      const { socket } = connection
      const reader = createReader(connection, {
        positions,
        lineAfter,
        patienceMs,
      })
      readers.add(reader)
      socket.once('close', () => readers.delete(reader))
      await reader.catchUp()
    },
    broadcast(following, head) {
      latest = undefined
      if (readers.size === 0) return
      const line = lineOf(following, head)
      for (const reader of readers) reader.tell(line)
    },
    audience() {
      const behind = [...readers].filter((reader) => reader.isBehind()).length
      return { following: readers.size - behind, behind }
    },
    close() {
      for (const reader of readers) reader.end()
    },
  }
}

function inlined(blobs: Following['blobs']): Following['blobs'] {
  let room = lineBytes
  return new Map(
    [...blobs].filter(([, { byteLength }]) => {
      const fits = byteLength <= inlineBytes && byteLength <= room
      if (fits) room -= byteLength
      return fits
    }),
  )
}
