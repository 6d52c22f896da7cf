import type { ServerResponse } from 'node:http'

import type { SignedHead } from '@vedette/core/bundle/head'
import type { Holdings } from '@vedette/core/protocol/held'
import { encodePush } from '@vedette/core/protocol/messages'

import type { Catalog, Following } from '../catalog/catalog.ts'
import { pushOf } from './following.ts'

/** Everyone who reads `/sync/v1/{scope}/stream`: lines of JSON, each a push. */
export interface Streams {
  /** Sends what a reader at `positions` lacks, then everything as it comes, until either side ends it. */
  open(response: ServerResponse, positions: Holdings['positions']): Promise<void>
  /** One line for all, encoded once. */
  broadcast(following: Following, head: SignedHead): void
  close(): void
}

/** Larger content is not repeated in every stream: a reader fetches it by its address, or has it already. */
const inlineBytes = 32 * 1024

/** Nor is a line made longer than this by content, however small its pieces. */
const lineBytes = 1024 * 1024

/** A reader this far behind is cut off; it comes back and resumes from what it holds. */
const backlogBytes = 16 * 1024 * 1024

export function createStreams(catalog: Pick<Catalog, 'head' | 'since'>, scope: string): Streams {
  const readers = new Set<Reader>()

  const line = ({ entries, blobs }: Following, head: SignedHead | undefined): Buffer => {
    const push = pushOf({ entries, blobs: inlined(blobs) }, head, { scope })
    return Buffer.from(`${encodePush(push)}\n`)
  }

  return {
    async open(response, positions) {
      const reader = createReader(response)
      readers.add(reader)
      response.on('close', () => readers.delete(reader))
      const following = await catalog.since(positions)
      reader.start(line(following, catalog.head()))
    },
    broadcast(following, head) {
      if (readers.size === 0) return
      const bytes = line(following, head)
      for (const reader of readers) reader.send(bytes)
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

interface Reader {
  start(bytes: Buffer): void
  send(bytes: Buffer): void
  end(): void
}

/** What is broadcast before the reader's own beginning is ready waits for it; a step sent twice changes nothing. */
function createReader(response: ServerResponse): Reader {
  let waiting: Buffer[] | undefined = []
  const write = (bytes: Buffer): void => {
    if (response.destroyed) return
    response.write(bytes)
    if (response.writableLength > backlogBytes) response.destroy()
  }
  return {
    start(bytes) {
      const queued = waiting ?? []
      waiting = undefined
      for (const each of [bytes, ...queued]) write(each)
    },
    send(bytes) {
      if (waiting) waiting.push(bytes)
      else write(bytes)
    },
    end: () => response.destroy(),
  }
}
