import { once } from 'node:events'
import { createServer } from 'node:http'

import type { Trust } from '@vedette/core/bundle/signature'
import { decodePush, encodeHeld } from '@vedette/core/protocol/messages'
import { openReplica } from '@vedette/core/replica/replica'
import { createMemoryStorage } from '@vedette/core/replica/storage'
import { WebSocketServer } from 'ws'

/** What a gateway takes for a Worker: a replica behind a socket, that decides nothing. */
export async function startHub(options: {
  readonly id: string
  readonly port: number
  readonly trust: Trust
}): Promise<{ close(): Promise<void> }> {
  const replica = await openReplica({
    ...options,
    kind: 'edge',
    scope: 'default',
    storage: createMemoryStorage(),
    activate: () => Promise.resolve(),
  })
  const server = createServer()
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      void replica
        .receive(decodePush(data.toString()))
        .then((held) => socket.send(encodeHeld(held)))
    })
  })
  await once(server.listen(options.port, '127.0.0.1'), 'listening')
  return {
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      server.close()
      await once(server, 'close')
    },
  }
}
