import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { messageOf } from '@vedette/core/errors'

import { forkChild } from '../../gateway/src/start/children.ts'
import { claimPort } from '../../gateway/src/start/ports.ts'

/** A gateway process with a fresh store, and nobody around it. */
export interface LoneGateway {
  readonly url: string
  readonly pid: number
  readonly token: string
  /** Resolves when it listens. */
  readonly listening: Promise<void>
  /** Rejects when it ends, with what it said last. */
  readonly ended: Promise<never>
  post(path: string, body: object): Promise<unknown>
  stop(): Promise<void>
}

const host = '127.0.0.1'

export async function startLoneGateway(
  environment: Readonly<Record<string, string>>,
): Promise<LoneGateway> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vedette-bench-'))
  const port = await claimPort(0, host)
  const token = randomBytes(24).toString('base64url')
  const url = `http://${host}:${port}`
  const said: string[] = []
  const child = forkChild('gateway', {
    module: new URL('../../gateway/src/main.ts', import.meta.url),
    env: {
      ...process.env,
      LOG_LEVEL: 'error',
      VEDETTE_HOST: host,
      VEDETTE_PORT: String(port),
      VEDETTE_DATA_DIR: dataDir,
      VEDETTE_TOKEN: token,
      ...environment,
    },
    say: (line) => said.push(line),
  })
  const ended = child.ended.catch((cause: unknown): never => {
    throw new Error(`${messageOf(cause)}: ${said.join('\n')}`, { cause })
  })
  ended.catch(() => undefined)
  const listening = new Promise<void>((resolve) => {
    child.process.on('message', (message) => {
      if ((message as { kind?: string }).kind === 'gateway:listening') resolve()
    })
  })
  return {
    url,
    pid: child.process.pid ?? 0,
    token,
    listening,
    ended,
    async post(path, body) {
      const response = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
      return response.json()
    },
    async stop() {
      await child.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
