import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Json } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import { stringifyJson } from '@vedette/core/json/stringify'
import type { StatusReport } from '@vedette/core/protocol/status-report'
import { expect, vi } from 'vitest'

import { startStage } from '../../gateway/src/start/stage.ts'
import type { Stage } from '../../gateway/src/start/stage.ts'
import { openPage } from './page.ts'
import type { PageOptions, PolicyPage } from './page.ts'
import type { Proxy } from './proxy.ts'

/** A decision, or the code of why there is none. */
export interface Answer {
  readonly result?: Json | undefined
  readonly revision?: string | undefined
  readonly code?: string | undefined
}

/** How long anything may take on a busy machine, for `vi.waitFor` and `expect.poll`. */
export const soon = { timeout: 20_000, interval: 20 }

export const places = ['gateway', 'worker', 'page'] as const
export type Place = (typeof places)[number]

/** Gateway and Worker as processes, a page in Chromium, and the clients of their doors. */
export interface World {
  readonly stage: Stage
  readonly page: PolicyPage
  ask(place: Place, path: string, input?: Json): Promise<Answer>
  decision(request: object): Promise<unknown>
  /** A data update of one entry, with anything else an update may have. */
  putData(path: string, data: Json, more?: object): Promise<{ id: string; revision: string }>
  fleet(): Promise<readonly StatusReport[]>
  close(): Promise<void>
}

export interface WorldOptions {
  readonly environment: Readonly<Record<string, string>>
  /** Between gateway and Worker. */
  readonly workerProxy?: Proxy
  /** Between page and gateway. */
  readonly pageProxy?: Proxy
  /** Default: a page that is watched through DevTools. */
  readonly openPage?: (options: PageOptions) => Promise<PolicyPage>
}

export async function openWorld(options: WorldOptions): Promise<World> {
  const { environment, workerProxy, pageProxy } = options
  const lines: string[] = []
  const dataDir = await mkdtemp(join(tmpdir(), 'vedette-e2e-'))
  const stage = await startStage({
    policies: '',
    port: 0,
    edgePort: 0,
    dataDir,
    environment: { ...process.env, ...environment },
    ...(workerProxy && { edgeUrl: (worker: string) => workerProxy.to(worker) }),
    say: (line) => lines.push(line),
  }).catch((cause: unknown) => {
    throw new Error(`it did not start:\n${lines.join('\n')}`, { cause })
  })
  const { gatewayUrl, workerUrl, api } = stage
  const call = caller(stage.token)
  const close = async (): Promise<void> => {
    await stage.stop()
    await rm(dataDir, { recursive: true })
  }
  const page = await (options.openPage ?? openPage)({
    url: pageProxy?.to(gatewayUrl) ?? gatewayUrl,
    token: await replicaToken(stage),
    trust: stage.trust,
  }).catch(async (error: unknown) => {
    await close()
    throw error
  })

  return {
    stage,
    page,
    async ask(place, path, input) {
      if (place === 'page') return page.ask(path, input)
      const base = place === 'gateway' ? gatewayUrl : workerUrl
      const question = input === undefined ? {} : { input }
      return (await call(`${base}/v1/data/${path}`, question)) as Answer
    },
    async decision(request) {
      const response = await fetch(`${gatewayUrl}/policy/pdpo/v1/decision`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${api.user}:${api.password}`)}` },
        body: JSON.stringify(request),
      })
      return response.json()
    },
    async putData(path, data, more = {}) {
      const update = { entries: [{ url: '', dst_path: path, data }], ...more }
      const answer = await call(`${gatewayUrl}/data/config`, update)
      const { status, id, revision } = answer as Readonly<Record<string, string>>
      if (status !== 'ok' || !id || !revision) throw new Error(`refused: ${stringifyJson(answer)}`)
      return { id, revision }
    },
    async fleet() {
      const answer = (await call(`${gatewayUrl}/fleet`)) as unknown
      return (answer as { readonly replicas: readonly StatusReport[] }).replicas
    },
    async close() {
      await page.close()
      await close()
    },
  }
}

export interface Question {
  readonly path: string
  readonly input?: Json | undefined
  /** What the answer is to be. */
  readonly result: Json | undefined
  /** Default: everywhere. */
  readonly at?: readonly Place[]
}

/** Waits until each place answers so. */
export async function decides(world: World, question: Question): Promise<void> {
  const { path, input, result, at = places } = question
  for (const place of at) {
    const answer = async (): Promise<object> => {
      const { result, code } = await world.ask(place, path, input).catch(unreachable)
      return { place, path, result, code }
    }
    const expected = { place, path, result, code: undefined }
    await vi.waitFor(async () => expect(await answer()).toEqual(expected), soon)
  }
}

/** A process that is just starting. */
const unreachable = (): Answer => ({ code: 'unreachable' })

function caller(token: string): (url: string, body?: Json) => Promise<Json> {
  return async (url, body) => {
    const response = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: stringifyJson(body) }),
    })
    return parseJson(await response.text())
  }
}

async function replicaToken({ gatewayUrl, token }: Stage): Promise<string> {
  const answer = await caller(token)(`${gatewayUrl}/tokens`, { scope: 'default', sub: 'test' })
  return (answer as { readonly token: string }).token
}
