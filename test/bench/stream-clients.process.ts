import { Agent, get } from 'node:http'

import { nowMs } from './clock.ts'

/** What the bench tells this process, and what it tells back. */
export interface ConnectOrder {
  readonly kind: 'connect'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly clients: number
}
export type ClientsReport =
  | { readonly kind: 'connected' | 'armed' }
  | { readonly kind: 'received'; readonly lastAt: number; readonly line: string }

/** Head renewals, and the beginning of a stream that has nothing to bring. */
const withoutNews = '"entries":[]'

let missing = 0
let report: (line: string) => ClientsReport = () => ({ kind: 'connected' })

process.on(
  'message',
  (order: ConnectOrder | { readonly kind: 'arm'; readonly clients: number }) => {
    missing = order.clients
    if (order.kind === 'connect') return connectAll(order)
    report = (line) => ({ kind: 'received', lastAt: nowMs(), line })
    process.send?.({ kind: 'armed' })
  },
)
process.once('disconnect', () => process.exit())

function connectAll({ url, headers, clients }: ConnectOrder): void {
  report = () => ({ kind: 'connected' })
  const agent = new Agent({ maxSockets: Infinity })
  for (let client = 0; client < clients; client += 1) connect()

  function connect(): void {
    let isFirst = true
    get(url, { agent, headers }, (response) => {
      readLines(response.setEncoding('utf8'), (line) => {
        if (isFirst || !line.includes(withoutNews)) count(line)
        isFirst = false
      })
    })
  }
}

function count(line: string): void {
  missing -= 1
  if (missing === 0) process.send?.(report(line))
}

function readLines(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
  let rest = ''
  stream.on('data', (chunk: string) => {
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) take(line)
  })
}
