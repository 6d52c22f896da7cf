import type { Socket } from 'node:net'

import type { Holdings } from '@vedette/core/protocol/held'

/** What is under an answer that never ends. */
export interface StreamConnection {
  readonly socket: Socket
  /** Whether content goes in chunks; to HTTP/1.0 it goes as it is. */
  readonly isChunked: boolean
}

type Positions = Holdings['positions']

/** A line for every reader: encoded once, one buffer for all. */
export interface Line {
  /** The line as a chunk of HTTP/1.1. */
  readonly chunk: Buffer
  /** What a reader holds who has it. */
  readonly positions: Positions
}

/** One who reads a stream. */
export interface Reader {
  /** Sends what it lacks; what is told meanwhile follows. */
  catchUp(): Promise<void>
  tell(line: Line): void
  isBehind(): boolean
  end(): void
}

export interface ReaderOptions {
  /** What it holds. */
  readonly positions: Positions
  /** All that is missing from `positions`. */
  readonly lineAfter: (positions: Positions) => Promise<Line>
  readonly patienceMs: number
}

/** A reader with more than this queued is behind: it is told no more until it has read that. */
const mostQueuedBytes = 1024 * 1024

export function chunkOf(text: string): Buffer {
  const size = Buffer.byteLength(text).toString(16)
  return Buffer.from(`${size}\r\n${text}\r\n`)
}

function contentOf(chunk: Buffer): Buffer {
  return chunk.subarray(chunk.indexOf('\n') + 1, -'\r\n'.length)
}

/** One that is behind is not waited for: once it has read its queue, it gets what it lacks then. */
export function createReader(
  { socket, isChunked }: StreamConnection,
  options: ReaderOptions,
): Reader {
  let { positions } = options
  let isBehind = false
  /** Told while it catches up; a step sent twice changes nothing. */
  let waiting: Line[] | undefined

  async function catchUp(): Promise<void> {
    const told: Line[] = []
    waiting = told
    const missing = await options.lineAfter(positions)
    waiting = undefined
    for (const line of [missing, ...told]) tell(line)
  }

  function tell(line: Line): void {
    if (waiting) waiting.push(line)
    else if (!isBehind && !socket.destroyed) write(line)
  }

  function write(line: Line): void {
    socket.write(isChunked ? line.chunk : contentOf(line.chunk))
    positions = line.positions
    if (socket.writableLength > mostQueuedBytes) fallBehind()
  }

  function fallBehind(): void {
    isBehind = true
    socket.setTimeout(options.patienceMs, end)
    socket.once('drain', () => {
      isBehind = false
      socket.setTimeout(0, end)
      catchUp().catch(end)
    })
  }

  function end(): void {
    socket.destroy()
  }

  return { catchUp, tell, end, isBehind: () => isBehind }
}
