import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

import { InvalidArgumentError } from 'commander'

/** A port as an option or a variable says it; anything else is an error of one sentence. */
export function readPort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new InvalidArgumentError('A port is 0 to 65535.')
}

/** `port` when it is free on `host`, any free one for 0. A taken port is an error of one sentence that names it. */
export function claimPort(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`port ${port} is taken: choose another one, or 0 for any`)
          : error,
      )
    })
    server.listen(port, host, () => {
      const { port: claimed } = server.address() as AddressInfo
      server.close(() => resolve(claimed))
    })
  })
}
