import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

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
