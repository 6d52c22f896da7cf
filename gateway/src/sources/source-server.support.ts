import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { onTestFinished } from 'vitest'

export interface SourceServer {
  readonly url: string
  readonly requests: readonly SourceRequest[]
  /** What the next requests get, one after the other; the last goes on. */
  answer(...listeners: readonly RequestListener[]): void
}

interface SourceRequest extends Pick<IncomingMessage, 'headers' | 'method' | 'url'> {
  readonly body: string
}

/** A source of data over HTTP on loopback. It goes with the test. */
export async function openSource(...listeners: readonly RequestListener[]): Promise<SourceServer> {
  const requests: SourceRequest[] = []
  let answers = [...listeners]
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { headers, method, url } = request
      requests.push({ headers, method, url, body: Buffer.concat(chunks).toString() })
      const [next] = answers
      if (answers.length > 1) answers = answers.slice(1)
      next?.(request, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    answer: (...next) => void (answers = [...next]),
  }
}

/** Where nobody listens any more. */
export async function nobody(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}

export function says(
  json: string,
  headers: Readonly<Record<string, string>> = {},
): RequestListener {
  return (_, response) => response.writeHead(200, headers).end(json)
}

export function fails(status: number): RequestListener {
  return (_, response) => response.writeHead(status).end('no')
}

export function redirects(location: string, status = 302): RequestListener {
  return (_, response) => response.writeHead(status, { location }).end()
}

/** Never says a word. */
export const stalls: RequestListener = () => undefined

/** Sends more and more of a string that never ends. */
export const endless: RequestListener = (_, response) => {
  response.write('"')
  writeOn(response)
}

function writeOn(response: ServerResponse): void {
  while (!response.destroyed && response.write('x'.repeat(65_536)));
  if (!response.destroyed) response.once('drain', () => writeOn(response))
}
