const LINE_BREAK = 0x0a

/** Cuts a byte stream into lines of UTF-8; a line of many chunks is joined once, when it is complete. */
export function createLineReader(onLine: (line: string) => void): (chunk: Buffer) => void {
  let started: Buffer[] = []
  return (chunk) => {
    let from = 0
    for (let end = chunk.indexOf(LINE_BREAK); end !== -1; end = chunk.indexOf(LINE_BREAK, from)) {
      const line = Buffer.concat([...started, chunk.subarray(from, end)]).toString()
      started = []
      from = end + 1
      onLine(line)
    }
    if (from < chunk.length) started.push(chunk.subarray(from))
  }
}
