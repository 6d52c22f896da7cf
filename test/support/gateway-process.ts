import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { forkChild } from '../../gateway/src/start/children.ts'
import type { Child } from '../../gateway/src/start/children.ts'
import { claimPort } from '../../gateway/src/start/ports.ts'

/** A gateway process with a store of its own, which may die and come back. */
export interface GatewayProcess {
  call(method: string, path: string, body?: unknown): Promise<Response>
  start(): Promise<void>
  /** At once, in the middle of whatever it does. */
  kill(): Promise<void>
  close(): Promise<void>
}

const token = 'the-token'

export async function openGatewayProcess(
  environment: Readonly<Record<string, string>>,
): Promise<GatewayProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vedette-process-'))
  const port = await claimPort(0, '127.0.0.1')
  let child: Child | undefined

  return {
    call: (method, path, body) =>
      fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}` },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    async start() {
      const begun = forkChild('gateway', {
        module: new URL('../../gateway/src/main.ts', import.meta.url),
        env: {
          ...process.env,
          LOG_LEVEL: 'error',
          VEDETTE_PORT: String(port),
          VEDETTE_DATA_DIR: dataDir,
          VEDETTE_TOKEN: token,
          ...environment,
        },
        say: () => undefined,
      })
      child = begun
      const listening = new Promise<void>((resolve) => {
        begun.process.on('message', (message) => {
          if ((message as { kind?: string }).kind === 'gateway:listening') resolve()
        })
      })
      await Promise.race([listening, begun.ended])
    },
    async kill() {
      await child?.kill()
    },
    async close() {
      await child?.stop()
      await rm(dataDir, { recursive: true })
    },
  }
}
