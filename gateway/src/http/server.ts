import { readFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'

import { serve } from '@hono/node-server'

/** Callers that never finish what they say. */
const patience = {
  headersTimeout: 5_000,
  requestTimeout: 60_000,
  connectionsCheckingInterval: 1_000,
} as const

export interface ListenOptions {
  readonly host: string
  /** `0` is any free one. */
  readonly port: number
  /** PEM files; absent: plain HTTP. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string } | undefined
}

export interface Listening {
  readonly url: string
  /** Ends every connection, streams too. */
  close(): Promise<void>
}

/** Rejects when the port is taken, or the files of `tls` cannot be read. */
export async function listen(
  fetch: Parameters<typeof serve>[0]['fetch'],
  { host, port, tls }: ListenOptions,
): Promise<Listening> {
  const secured = tls && {
    createServer: createTlsServer,
    serverOptions: {
      ...patience,
      cert: await readFile(tls.certFile),
      key: await readFile(tls.keyFile),
    },
  }
  const options = { fetch, hostname: host, port, serverOptions: patience, ...secured }
  return new Promise((resolve, reject) => {
    const server = serve(options, (address) => {
      const name = host.includes(':') ? `[${host}]` : host
      resolve({
        url: `${tls ? 'https' : 'http'}://${name}:${address.port}`,
        close: () => close(server as Server),
      })
    })
    server.once('error', reject)
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
