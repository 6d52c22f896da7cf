import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** The least that a stream to many costs: who posts, has the body written to everyone who reads. */
const readers: ServerResponse[] = []

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    readers.push(response)
    response.write('{"entries":[]}\n')
    return
  }
  void buffer(request).then((bytes) => {
    for (const reader of readers) reader.write(bytes)
    response.end()
  })
})
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.once('disconnect', () => process.exit())
