import { VedetteError } from '@vedette/core/errors'

export interface LinesOptions {
  /** In UTF-16 units; a longer line is `ERR_MALFORMED`. */
  readonly maxLength: number
  /** A stream from which nothing comes for so long has ended, whatever the socket says. */
  readonly silenceMs: number
}

/**
 * The lines of a stream of UTF-8, without their ends. What follows the last line end is half a line and left out.
 * Leaving the loop early cancels the stream.
 */
export async function* readLines(
  stream: ReadableStream<Uint8Array>,
  options: LinesOptions,
): AsyncGenerator<string, void> {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for (;;) {
      const { value } = await readWithin(reader, options.silenceMs)
      if (!value) return
      const [end = '', ...begun] = decoder.decode(value, { stream: true }).split('\n')
      rest += end
      for (const next of begun) {
        yield bounded(rest, options)
        rest = next
      }
      bounded(rest, options)
    }
  } finally {
    reader.cancel().catch(() => {})
  }
}

async function readWithin(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  silenceMs: number,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  // Cancelling ends the read that waits, as the end of the stream would.
  const timer = setTimeout(() => void reader.cancel().catch(() => {}), silenceMs)
  try {
    return await reader.read()
  } finally {
    clearTimeout(timer)
  }
}

function bounded(line: string, { maxLength }: LinesOptions): string {
  if (line.length <= maxLength) return line
  throw new VedetteError('ERR_MALFORMED', `a line is longer than ${maxLength} characters`)
}
