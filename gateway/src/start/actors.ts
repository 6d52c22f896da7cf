import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { StatusReport } from '@vedette/core/protocol/status-report'
import type { Page } from 'playwright-core'

import { ensureChromium, launchOptions } from './chromium.ts'
import type { Stage } from './stage.ts'

type Place = 'gateway' | 'worker' | 'page'

/** Everyone the story needs besides the processes: a page in Chromium, clients of the doors, a callback's receiver. */
export interface Actors {
  /** Waits until `place` gives `story/allow` this value for a user. */
  decides(place: Place, user: string, allow: boolean): Promise<void>
  onapDecision(user: string): Promise<unknown>
  /** A data update with a callback to us; resolves with its id when it is acknowledged. */
  putData(path: string, data: unknown): Promise<string>
  calledBack(id: string): Promise<void>
  /** Kinds of replicas that reported the transaction `id` as a success: in one page the console's client is another browser. */
  reporters(id: string): Promise<ReadonlySet<StatusReport['kind']>>
  isHealthy(place: Place): Promise<boolean>
  gatewayReplica(): Promise<StatusReport | undefined>
  lastPolicyError(): Promise<string>
  reloadPage(): Promise<void>
  until(what: string, holds: () => Promise<boolean>): Promise<void>
  close(): Promise<void>
}

const patienceMs = 20_000

export async function openActors(stage: Stage, say: (line: string) => void): Promise<Actors> {
  const executablePath = await ensureChromium({ onProgress: say })
  const { chromium } = await import('playwright-core')
  const browser = await chromium.launch({
    ...launchOptions(executablePath),
    // Left to playwright, Ctrl-C would end this process before it has cleaned up.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  })
  const page = await browser.newPage()
  const inbox = await openInbox()
  await openPage(page, stage)

  const ask = async (base: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${base}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${stage.token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return response.json()
  }
  const baseOf = (place: 'gateway' | 'worker'): string =>
    place === 'gateway' ? stage.gatewayUrl : stage.workerUrl
  const allow = async (place: Place, user: string): Promise<unknown> =>
    place === 'page'
      ? decideInPage(page, user)
      : (
          (await ask(baseOf(place), '/v1/data/story/allow', { input: { user } })) as {
            result?: unknown
          }
        ).result
  const members = async (): Promise<readonly StatusReport[]> =>
    ((await ask(stage.gatewayUrl, '/fleet')) as { replicas: readonly StatusReport[] }).replicas

  const actors: Actors = {
    decides: (place, user, expected) =>
      actors.until(
        `${place} to say ${expected} for ${user}`,
        async () => (await allow(place, user)) === expected,
      ),
    async onapDecision(user) {
      const { api, gatewayUrl } = stage
      const response = await fetch(`${gatewayUrl}/policy/pdpo/v1/decision`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${api.user}:${api.password}`)}` },
        body: JSON.stringify({ policyName: 'story', policyFilter: ['allow'], input: { user } }),
      })
      return ((await response.json()) as { output?: unknown }).output
    },
    async putData(path, data) {
      const update = {
        entries: [{ url: '', dst_path: path, data }],
        callback: { callbacks: [inbox.url] },
      }
      const answer = (await ask(stage.gatewayUrl, '/data/config', update)) as { id?: string }
      if (!answer.id) throw new Error(`the update was refused: ${JSON.stringify(answer)}`)
      return answer.id
    },
    calledBack: (id) =>
      actors.until(`the callback of ${id}`, () => Promise.resolve(inbox.updates.has(id))),
    reporters: async (id) =>
      new Set(
        (await members())
          .filter(({ transactions }) => transactions.some((done) => done.id === id && done.success))
          .map(({ kind }) => kind),
      ),
    async isHealthy(place) {
      if (place === 'page') return page.evaluate(() => window.vedette.status().healthy)
      const { result } = (await ask(baseOf(place), '/v1/data/system/opal/healthy', {})) as {
        result?: unknown
      }
      return result === true
    },
    gatewayReplica: async () => (await members()).find(({ kind }) => kind === 'gateway'),
    async lastPolicyError() {
      const { result } = (await ask(
        stage.gatewayUrl,
        '/v1/data/system/opal/last_failed_policy_transaction',
      )) as {
        result?: { error?: string }
      }
      return result?.error ?? ''
    },
    async reloadPage() {
      await page.reload()
      await openClient(page, stage)
    },
    async until(what, holds) {
      const deadline = Date.now() + patienceMs
      while (!(await holds().catch(() => false))) {
        if (Date.now() > deadline) throw new Error(`waited ${patienceMs / 1000} s for ${what}`)
        await new Promise((resolve) => setTimeout(resolve, 25))
      }
    },
    async close() {
      await browser.close()
      await inbox.close()
    },
  }
  return actors
}

declare const window: {
  vedette: {
    ready(): Promise<void>
    decide(entrypoint: string, input: unknown): { result?: unknown }
    status(): StatusReport
  }
}
declare const navigator: { serviceWorker: { ready: Promise<unknown> } }

/** The console's own page serves: a service worker holds it, and the SDK is beside it. */
async function openPage(page: Page, stage: Stage): Promise<void> {
  await page.goto(`${stage.gatewayUrl}/console#token=${stage.token}`)
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  // Loaded once more, so that everything the page needs has gone through its service worker.
  await page.reload()
  await openClient(page, stage)
}

async function openClient(page: Page, stage: Stage): Promise<void> {
  const token = await replicaToken(stage).catch(() => 'the gateway is away')
  await page.evaluate(
    async ({ url, token, trust }) => {
      const sdk = (await import(`${url}/sdk/index.js`)) as {
        createPolicyClient(options: object): typeof window.vedette
      }
      window.vedette = sdk.createPolicyClient({ url, token, trust })
      await window.vedette.ready()
    },
    { url: stage.gatewayUrl, token, trust: stage.trust },
  )
}

function decideInPage(page: Page, user: string): Promise<unknown> {
  return page.evaluate((name) => window.vedette.decide('story/allow', { user: name }).result, user)
}

async function replicaToken({ gatewayUrl, token }: Stage): Promise<string> {
  const response = await fetch(`${gatewayUrl}/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ scope: 'default', sub: 'story' }),
  })
  return ((await response.json()) as { token: string }).token
}

interface Inbox {
  readonly url: string
  readonly updates: ReadonlySet<string>
  close(): Promise<void>
}

/** Receives callbacks on a port of its own. */
async function openInbox(): Promise<Inbox> {
  const updates = new Set<string>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const report = JSON.parse(Buffer.concat(chunks).toString()) as { update_id: string }
      updates.add(report.update_id)
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()))
  return { url: `http://127.0.0.1:${port}/report`, updates, close }
}
