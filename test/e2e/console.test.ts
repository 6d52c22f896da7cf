import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'

import { startStage } from '../../gateway/src/start/stage.ts'
import type { Stage } from '../../gateway/src/start/stage.ts'
import type { ConsolePage } from '../support/console.ts'
import { openConsole } from '../support/console.ts'
import { launchBrowser } from '../support/page.ts'
import { soon } from '../support/world.ts'

/** The sample policies under the console of `npm start`, with the processes and the page that a person has. */
const policies = fileURLToPath(new URL('../../policies', import.meta.url))
const places = ['page', 'worker', 'gateway'] as const

let dataDir: string
let stage: Stage
let browser: Browser
let desk: ConsolePage

beforeAll(async () => {
  const lines: string[] = []
  dataDir = await mkdtemp(join(tmpdir(), 'vedette-console-'))
  browser = await launchBrowser()
  stage = await startStage({
    policies,
    port: 0,
    edgePort: 0,
    dataDir,
    environment: { ...process.env, KAFKA_URL: undefined },
    say: (line) => lines.push(line),
  }).catch((cause: unknown) => {
    throw new Error(`it did not start:\n${lines.join('\n')}`, { cause })
  })
  await vi.waitFor(async () => expect(await readyKinds()).toEqual(['edge', 'gateway']), {
    // workerd starts in its own time.
    timeout: 60_000,
    interval: 50,
  })
  desk = await openConsole(browser, `${stage.gatewayUrl}/console#token=${stage.token}`)
})
afterAll(async () => {
  await browser?.close()
  await stage?.stop()
  await rm(dataDir, { recursive: true })
})

/** Which kinds of replicas decide as the gateway does, before there is a page. */
async function readyKinds(): Promise<readonly string[]> {
  const headers = { authorization: `Bearer ${stage.token}` }
  const answer = await fetch(`${stage.gatewayUrl}/fleet`, { headers })
  const { replicas } = (await answer.json()) as {
    replicas: readonly { kind: string; state: string; ready: boolean; revision: string }[]
  }
  const newest = replicas.find(({ kind }) => kind === 'gateway')?.revision
  const able = replicas.filter(({ ready, state }) => ready && state === 'ACTIVE')
  return able
    .filter(({ revision }) => revision === newest)
    .map(({ kind }) => kind)
    .toSorted()
}

/** What `GET /fleet` answers. */
interface Fleet {
  readonly replicas: readonly { readonly kind: string }[]
  readonly counts: object
}

/** Waits until each place shows this result, and the line below them says whether they are one. */
async function shows(result: string): Promise<void> {
  const results = places.map((place) => `${place}-result`)
  const shown = () => desk.texts(...results, 'agreement')
  await expect.poll(shown, soon).toEqual([result, result, result, 'All agree'])
}

/** Waits until gateway, Worker and this page are at one revision; pages that were closed may still be listed. */
async function showsAllHealthy(): Promise<void> {
  const present = async () => {
    const rows = await desk.replicas()
    return rows.filter(({ kind, own }) => kind !== 'browser' || own === 'true')
  }
  await vi.waitFor(async () => {
    const good = { revision: await desk.text('revision'), ready: 'yes', healthy: 'yes' }
    expect(await present()).toMatchObject([
      { ...good, kind: 'gateway', refusal: '–' },
      { ...good, kind: 'edge', refusal: '–' },
      { ...good, kind: 'browser', refusal: '–', heard: 'live' },
    ])
  }, soon)
}

const thumbnail = async () => {
  const answer = await fetch(`${stage.workerUrl}/api/thumbnails/1`)
  return { status: answer.status, body: (await answer.json()) as unknown }
}

describe('with all at work', () => {
  afterEach(() => expect(desk.complaints()).toEqual([]))

  test('the token of the link is not in the address, and is not asked for', async () => {
    expect(desk.page.url()).toBe(`${stage.gatewayUrl}/console`)
    await expect.poll(() => desk.text('connection'), soon).toBe('in sync')
    expect(await desk.page.getByTestId('sign-in').isVisible()).toBe(false)
  })

  test('it shows what the page stands on', async () => {
    await expect.poll(() => desk.text('pdp-state'), soon).toBe('ACTIVE')
    expect(await desk.text('revision')).toMatch(/^\d+\.\d+$/)
    const shown = await desk.page.getByTestId('policies').locator('li').allInnerTexts()
    expect(shown).toEqual(['documents 1.0.0', 'ocis 1.0.0', 'orders 1.0.0'])
    expect(await desk.page.getByTestId('page-error').isVisible()).toBe(false)
  })

  test('gateway, Worker and page are ready and healthy at one revision', showsAllHealthy)

  test('one question has one answer, side by side', async () => {
    await desk.choose('documents/allow')
    await desk.decide({ user: 'alice', action: 'write', document: 'handbook' })
    await shows('true')
    await desk.decide({ user: 'bob', action: 'write', document: 'handbook' })
    await shows('false')
    await desk.choose('documents/actions')
    await desk.decide({ user: 'grace', document: 'roadmap' })
    await shows('["delete","read"]')
    for (const place of places) {
      expect(await desk.text(`${place}-revision`)).toBe(await desk.text('revision'))
      expect(await desk.text(`${place}-time`)).toMatch(/^[\d.]+ (?:µs|ms)$/)
    }
  })

  test('why it is so is told by rule and expression', async () => {
    await desk.choose('documents/allow')
    await desk.decide({ user: 'bob', action: 'write', document: 'handbook' })
    await desk.page.getByTestId('explain').click()
    await expect.poll(() => desk.text('explanation'), soon).toMatch(/documents\.rego:\d+: .*failed/)
  })

  test('changed data flips every answer without a reload', async () => {
    await desk.choose('ocis/allow')
    await shows('true')
    await desk.put('/node/ocis/users', 21)
    await shows('false')
    expect(await desk.text('data-result')).toMatch(/^Revision \d+\.\d+, on disk after /)
    expect(await desk.text('data-now')).toBe('21')
    expect(await thumbnail()).toMatchObject({ status: 403, body: { code: 'ERR_DENIED' } })
    await desk.put('/node/ocis/users', 5)
    await shows('true')
    expect(await thumbnail()).toEqual({ status: 200, body: { thumbnail: '1' } })
    expect(desk.loads()).toBe(1)
  })
})

test('what is refused is said plainly, and changes nothing', async () => {
  const revision = await desk.text('revision')
  await desk.put('/documents/allow', true)
  await expect.poll(() => desk.text('data-result'), soon).toMatch(/^ERR_RESERVED_PATH: .*documents/)
  await desk.page.getByTestId('data-value').fill('{nope')
  await desk.page.getByTestId('data-put').click()
  await expect.poll(() => desk.text('data-result'), soon).toMatch(/^ERR_JSON: /)
  expect(await desk.text('revision')).toBe(revision)
  expect(desk.complaints()).toEqual([expect.stringMatching(/status of 400 .*\/data\/config\)$/)])
})

test('what a silent replica said last is not shown as what holds', async () => {
  const away = { heardAt: Date.now() - 600_000, lag: { revisions: 1, seconds: 61 } }
  await desk.page.route('**/fleet?*', async (route) => {
    const answer = await route.fetch()
    const { replicas, counts } = (await answer.json()) as Fleet
    const told = replicas.map((one) => (one.kind === 'browser' ? one : { ...one, ...away }))
    await route.fulfill({ json: { replicas: told, counts } })
  })
  const edges = async () => (await desk.replicas()).filter(({ kind }) => kind === 'edge')
  const shown = { silent: 'true', heard: '10 min ago', lag: '1 revision, 61 s' }
  await expect.poll(edges, soon).toMatchObject([shown])
  const answers = (await desk.replicas()).filter(({ kind }) => kind === 'gateway')
  expect(answers).toMatchObject([{ silent: 'false' }])
  await desk.page.unroute('**/fleet?*')
  await expect.poll(edges, soon).toMatchObject([{ silent: 'false', lag: 'none' }])
})

test('a wrong token asks again', async () => {
  const visitor = await openConsole(browser, `${stage.gatewayUrl}/console#token=wrong`)
  const asked = visitor.page.getByTestId('sign-in-submit')
  await asked.waitFor()
  expect(visitor.page.url()).toBe(`${stage.gatewayUrl}/console`)
  expect(await visitor.text('sign-in-error')).toMatch(/^ERR_UNAUTHORIZED: /)
  await visitor.signIn('wrong again')
  await expect.poll(() => visitor.text('sign-in-error'), soon).toMatch(/^ERR_UNAUTHORIZED: /)
  await visitor.signIn(stage.token)
  await asked.waitFor({ state: 'hidden' })
  await expect.poll(() => visitor.text('connection'), soon).toBe('in sync')
  const others = visitor.complaints().filter((line) => !line.includes('status of 401'))
  expect(others).toEqual([])
  await visitor.context.close()
})

describe('without the gateway', () => {
  beforeAll(async () => {
    await desk.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
    await stage.gateway().stop()
    await desk.page.reload()
  })
  afterEach(() => {
    const others = desk.complaints().filter((line) => !line.includes('net::ERR_'))
    expect(others).toEqual([])
  })

  test('the page loaded again decides, and says how it stands', async () => {
    const shown = () => desk.texts('page-result', 'worker-result', 'gateway-result', 'agreement')
    await expect
      .poll(shown, soon)
      .toEqual(['true', 'true', 'ERR_UNREACHABLE', 'Not every place decided'])
    expect(await desk.text('connection')).toMatch(/^offline/)
    await desk.choose('documents/allow')
    await desk.decide({ user: 'mallory', action: 'read', document: 'handbook' })
    await expect.poll(() => desk.text('page-result'), soon).toBe('false')
    await expect.poll(() => desk.text('fleet-error'), soon).toMatch(/^ERR_UNREACHABLE: /)
  })

  test('a change is refused with the reason', async () => {
    await desk.put('/node/ocis/users', 6)
    await expect.poll(() => desk.text('data-result'), soon).toMatch(/^ERR_UNREACHABLE: /)
  })

  test('with the gateway back all are in sync again', async () => {
    await stage.startGateway()
    await expect.poll(() => desk.text('connection'), soon).toBe('in sync')
    await shows('false')
    await desk.page.getByTestId('fleet-error').waitFor({ state: 'hidden' })
    // The gateway remembers the update that was refused above, until the next good one.
    await desk.put('/node/documents/owners/handbook', 'mallory')
    await shows('true')
    await showsAllHealthy()
    expect(desk.loads()).toBe(2)
  })

  test('what the replica asks goes past the service worker', async () => {
    const sources = await desk.page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .filter(({ name }) => name.includes('/sync/v1/default/status'))
        .map((entry) => (entry as { workerMatchedSourceType?: string }).workerMatchedSourceType),
    )
    expect(sources.length).toBeGreaterThan(0)
    // Browsers that do not tell say undefined; '' is what came by way of it.
    for (const source of sources) expect([undefined, 'network']).toContain(source)
  })
})
