import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

import { nowMs, rounds } from './clock.ts'
import { startLoneGateway } from './lone-gateway.ts'
import type { Measurement, Result } from './measurement.ts'
import { residentMb } from './memory.ts'
import type { ClientsReport, ConnectOrder } from './stream-clients.process.ts'

/** How many clients, and what the p50 may be in ms. */
const audiences = [
  { clients: 100, atMost: 10, peer: 'OPAL 131 ms' },
  { clients: 1_000, atMost: 50 },
  { clients: 10_000, atMost: 400 },
] as const
const times = 30
const thinkMs = 200
const kilobytesEach = 20

/** A data update, from the request until the last of many readers in another process has its line. */
export const streamClients: Measurement = {
  name: 'stream-clients',
  title: `${audiences.map(({ clients }) => clients).join(', ')} stream clients in another process`,
  async run() {
    const results: Result[] = []
    for (const audience of audiences) results.push(...(await measure(audience)))
    return results
  },
}

async function measure({
  clients,
  ...target
}: (typeof audiences)[number]): Promise<readonly Result[]> {
  const { samples, line, kilobytes } = await throughGateway(clients)
  const plain = await throughPlainServer(line, clients)
  return [
    {
      what: `data update → last of ${clients} stream clients`,
      unit: 'ms',
      samples,
      baseline: {
        name: `node:http writes the same ${line.length + 1} bytes`,
        samples: plain.samples,
      },
      ...target,
    },
    ...(clients === audiences.at(-1)?.clients
      ? [
          {
            what: `memory for each of ${clients} stream clients`,
            unit: 'kB',
            samples: [kilobytes],
            baseline: { name: 'in a server of node:http', samples: [plain.kilobytes] },
            atMost: kilobytesEach,
          } as const,
        ]
      : []),
  ]
}

interface Heard {
  readonly samples: readonly number[]
  readonly line: string
  /** What the server's process took for each client, when everyone had heard everything. */
  readonly kilobytes: number
}

async function throughGateway(clients: number): Promise<Heard> {
  const gateway = await startLoneGateway({})
  await Promise.race([gateway.listening, gateway.ended])
  await rounds(times, 0, putCounter)
  const { token } = (await gateway.post('/tokens', { scope: 'default', sub: 'bench' })) as {
    token: string
  }
  const headers = { authorization: `Bearer ${token}` }
  const before = await residentMb(gateway.pid)
  const audience = await openAudience({
    url: `${gateway.url}/sync/v1/default/stream`,
    headers,
    clients,
  })
  const received = await rounds(times, thinkMs, (value) => audience.hears(() => putCounter(-value)))
  const kilobytes = ((await residentMb(gateway.pid)) - before) * (1_000 / clients)
  audience.close()
  await gateway.stop()
  return {
    samples: received.map(({ tookMs }) => tookMs),
    line: received.at(-1)?.line ?? '',
    kilobytes,
  }

  async function putCounter(data: number): Promise<void> {
    await gateway.post('/data/config', { entries: [{ url: '', dst_path: '/node/counter', data }] })
  }
}

async function throughPlainServer(line: string, clients: number): Promise<Omit<Heard, 'line'>> {
  const server = fork(new URL('plain-stream.process.ts', import.meta.url))
  const [port] = (await once(server, 'message')) as [number]
  const url = `http://127.0.0.1:${port}/`
  const before = await residentMb(server.pid)
  const audience = await openAudience({ url, headers: {}, clients })
  const post = async (): Promise<void> => {
    await fetch(url, { method: 'POST', body: `${line}\n` })
  }
  const received = await rounds(times, thinkMs, () => audience.hears(post))
  const kilobytes = ((await residentMb(server.pid)) - before) * (1_000 / clients)
  audience.close()
  server.kill()
  return { samples: received.map(({ tookMs }) => tookMs), kilobytes }
}

interface Audience {
  /** Does `speak`; resolves when the last client has a line, with the line. */
  hears(speak: () => Promise<void>): Promise<{ readonly tookMs: number; readonly line: string }>
  close(): void
}

async function openAudience(order: Omit<ConnectOrder, 'kind'>): Promise<Audience> {
  const { clients } = order
  const child = fork(new URL('stream-clients.process.ts', import.meta.url))
  child.send({ kind: 'connect', ...order })
  await reported(child, 'connected')
  return {
    async hears(speak) {
      child.send({ kind: 'arm', clients })
      await reported(child, 'armed')
      const received = reported(child, 'received')
      const begin = nowMs()
      await speak()
      const { lastAt, line } = await received
      return { tookMs: lastAt - begin, line }
    },
    close: () => child.kill(),
  }
}

async function reported<Kind extends ClientsReport['kind']>(
  child: ChildProcess,
  kind: Kind,
): Promise<Extract<ClientsReport, { kind: Kind }>> {
  for (;;) {
    const [report] = (await once(child, 'message')) as [ClientsReport]
    if (report.kind === kind) return report as Extract<ClientsReport, { kind: Kind }>
  }
}
