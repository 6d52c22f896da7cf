import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { startStage } from '../../../gateway/src/start/stage.ts'
import { eventually } from '../../support/eventually.ts'
import { openTarget } from './target.ts'
import type { Target } from './target.ts'

/** A gateway, one Worker under wrangler, the sample policies, and a target for callbacks; no page. */
export interface OpalStage extends AsyncDisposable {
  readonly workerUrl: string
  readonly target: Target
  /** `POST /data/config` with one entry of inline data, given as JSON text; resolves with the answer's revision. */
  update(path: string, data: string, callbacks?: readonly string[]): Promise<string>
  /** When the gateway heard that the hub, and its own replica, had activated this revision: ms since 1970. */
  heard(revision: string): Promise<Heard>
  /** The Worker's answer by this revision. */
  ask(path: string, atLeast: string): Promise<unknown>
}

interface Heard {
  readonly edge: number
  readonly gateway: number
}

interface Member {
  readonly kind: string
  readonly revision: string | null
  readonly heardAt: number
}

const policies = fileURLToPath(new URL('../../../policies', import.meta.url))

export async function openOpalStage(): Promise<OpalStage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'vedette-bench-'))
  const environment = { ...process.env, VEDETTE_FRESHNESS_MS: '0' }
  const said: string[] = []
  const stage = await startStage({
    policies,
    port: 0,
    edgePort: 0,
    dataDir,
    environment,
    say: (line) => said.push(line),
  })
  const target = await openTarget()
  const { gatewayUrl, workerUrl, token } = stage
  const authorization = `Bearer ${token}`

  async function json(url: string, body?: string): Promise<unknown> {
    const post = body !== undefined && { method: 'POST', body }
    const response = await fetch(url, { headers: { authorization }, ...post })
    if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
    return response.json()
  }

  const opened: OpalStage = {
    workerUrl,
    target,
    async update(path, data, callbacks = []) {
      const entries = `[{"url":"","dst_path":"${path}","data":${data}}]`
      const body = `{"entries":${entries},"callback":${JSON.stringify({ callbacks })}}`
      const answer = await json(`${gatewayUrl}/data/config`, body)
      return (answer as { readonly revision: string }).revision
    },
    heard: (revision) =>
      eventually(`everyone to have ${revision}`, async () => {
        const { replicas } = (await json(`${gatewayUrl}/fleet`)) as {
          readonly replicas: readonly Member[]
        }
        const [edge, gateway] = ['edge', 'gateway'].map((wanted) =>
          replicas.find(({ kind, revision: held }) => kind === wanted && held === revision),
        )
        return edge && gateway && { edge: edge.heardAt, gateway: gateway.heardAt }
      }),
    async ask(path, atLeast) {
      const answer = await json(`${workerUrl}/v1/data/${path}?atLeast=${atLeast}`, '{}')
      return (answer as { readonly result?: unknown }).result
    },
    async [Symbol.asyncDispose]() {
      await stage.stop()
      await target.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
  await opened.heard(await opened.update('/node/counter', '0'))
  return opened
}
