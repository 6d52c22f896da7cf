import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

import { nowMs, rounds } from './clock.ts'
import { startLoneGateway } from './lone-gateway.ts'
import type { Measurement } from './measurement.ts'
import type { ClientsReport } from './stream-clients.process.ts'

const clients = 1_000
const times = 30
const thinkMs = 200

/** A data update, from the request until the last of many readers in another process has its line. */
export const streamClients: Measurement = {
  name: 'stream-clients',
  title: `${clients} stream clients in another process`,
  async run() {
    const { samples, line } = await throughGateway()
    const plain = await throughPlainServer(line)
    return [
      {
        what: `data update → last of ${clients} stream clients`,
        unit: 'ms',
        samples,
        baseline: { name: `node:http writes the same ${line.length + 1} bytes`, samples: plain },
        atMost: 80,
      },
    ]
  },
}

async function throughGateway(): Promise<{ samples: readonly number[]; line: string }> {
  const gateway = await startLoneGateway({})
  await Promise.race([gateway.listening, gateway.ended])
  await putCounter(-1)
  const { token } = (await gateway.post('/tokens', { scope: 'default', sub: 'bench' })) as {
    token: string
  }
  const headers = { authorization: `Bearer ${token}` }
  const audience = await openAudience(`${gateway.url}/sync/v1/default/stream`, headers)
  const received = await rounds(times, thinkMs, (value) => audience.hears(() => putCounter(value)))
  audience.close()
  await gateway.stop()
  return { samples: received.map(({ tookMs }) => tookMs), line: received.at(-1)?.line ?? '' }

  async function putCounter(data: number): Promise<void> {
    await gateway.post('/data/config', { entries: [{ url: '', dst_path: '/node/counter', data }] })
  }
}

async function throughPlainServer(line: string): Promise<readonly number[]> {
  const server = fork(new URL('plain-stream.process.ts', import.meta.url))
  const [port] = (await once(server, 'message')) as [number]
  const url = `http://127.0.0.1:${port}/`
  const audience = await openAudience(url, {})
  const post = async (): Promise<void> => {
    await fetch(url, { method: 'POST', body: `${line}\n` })
  }
  const received = await rounds(times, thinkMs, () => audience.hears(post))
  audience.close()
  server.kill()
  return received.map(({ tookMs }) => tookMs)
}

interface Audience {
  /** Does `speak`; resolves when the last client has a line, with the line. */
  hears(speak: () => Promise<void>): Promise<{ readonly tookMs: number; readonly line: string }>
  close(): void
}

async function openAudience(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<Audience> {
  const child = fork(new URL('stream-clients.process.ts', import.meta.url))
  child.send({ kind: 'connect', url, headers, clients })
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
