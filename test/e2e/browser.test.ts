import { readFile } from 'node:fs/promises'

import type { Push } from '@vedette/core/protocol/push'
import { chromium } from 'playwright-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'

import { createBrowserModules } from '../../gateway/src/http/browser-modules.ts'
import { ensureChromium, launchOptions } from '../../gateway/src/start/chromium.ts'
import type { PolicyClient } from '../../web-sdk/src/index.ts'
import { compilePolicy } from '../support/browser/compile.ts'
import type { CompiledPolicy } from '../support/browser/compile.ts'
import { startTestGateway } from '../support/browser/test-gateway.ts'
import type { TestGateway, TestGatewayOptions } from '../support/browser/test-gateway.ts'

declare global {
  interface Window {
    readonly client: PolicyClient
    readonly errors: string[]
    /** Set by a test, and gone after a reload. */
    isSamePage?: true
  }
}

const grants = (roles: readonly string[]) => ({
  users: { alice: { roles } },
  roles: { reader: { permissions: [{ action: 'read', prefix: '/docs' }] } },
})
const [allowed, denied] = [{ result: true }, { result: false }]

let browser: Browser
let sdk: ReadonlyMap<string, string>
let policy: CompiledPolicy
let context: BrowserContext
let server: TestGateway

beforeAll(async () => {
  const path = await ensureChromium({ onProgress: (line) => process.stderr.write(`${line}\n`) })
  browser = await chromium.launch(launchOptions(path))
  const modules = await createBrowserModules()()
  sdk = modules.sdk
  const rego = new URL('../../core/src/evaluator/fixtures/rbac.rego', import.meta.url)
  policy = await compilePolicy('authz', await readFile(rego, 'utf8'))
})
afterAll(() => browser.close())

beforeEach(async () => {
  context = await browser.newContext()
  await serveAnew()
})
afterEach(async () => {
  await context.close()
  await server.stop().catch(() => {})
})

async function serveAnew(options: Partial<TestGatewayOptions> = {}): Promise<void> {
  server = await startTestGateway({ sdk, ...options })
  await server.gateway.publisher.putPolicy(policy.unit, { program: policy.program })
  await server.gateway.publisher.putData(grants(['reader']))
}

async function openPage(): Promise<Page> {
  const page = await context.newPage()
  await page.goto(server.url)
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}))
  return page
}

/** What the page decides, or the code of why it does not. */
function decide(page: Page): Promise<{ readonly result?: unknown; readonly code?: string }> {
  return page.evaluate(() => {
    const input = { user: 'alice', action: 'read', resource: { path: '/docs/1', owner: 'bob' } }
    try {
      return { result: window.client.decide('authz/allow', input).result }
    } catch (error) {
      return { code: (error as { code: string }).code }
    }
  })
}

const until = (check: () => Promise<void> | void): Promise<void> =>
  vi.waitFor(check, { timeout: 30_000, interval: 20 })
const showing = (page: Page, answer: object): Promise<void> =>
  until(async () => expect(await decide(page)).toEqual(answer))
const status = (page: Page): Promise<ReturnType<PolicyClient['status']>> =>
  page.evaluate(() => window.client.status())
const publish = async (push: Promise<Push>): Promise<void> => server.gateway.broadcast(await push)
const isReported = (code: string): Promise<void> =>
  until(() => {
    const codes = server.gateway.reports.map((held) => held.status.refusal?.code)
    expect(codes).toContain(code)
  })

/** Waits until what the page activated last is in IndexedDB: it is written behind. */
async function isStored(page: Page): Promise<void> {
  const { issued } = await status(page)
  const latest = `"issued":${issued}`
  await until(async () => expect(await storedMemory(page)).toContain(latest))
}

async function storedMemory(page: Page): Promise<string | undefined> {
  return (await stored(page))['memory']
}

/** What IndexedDB holds, bytes as numbers. */
function stored(page: Page): Promise<Readonly<Record<string, string>>> {
  return page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'))
      })
    const database = await done(indexedDB.open(`vedette default ${location.origin}/`))
    const records = database.transaction('replica').objectStore('replica')
    const [keys, values] = await Promise.all([
      done(records.getAllKeys() as IDBRequest<string[]>),
      done(records.getAll()),
    ])
    database.close()
    return Object.fromEntries(keys.map((key, index) => [key, String(values[index])]))
  })
}

/** Names of the scripts of the SDK that the page loaded. */
function loadedScripts(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .flatMap(({ name }) => /\/sdk\/(.*)$/.exec(name)?.[1] ?? []),
  )
}

/** Spoils or drops what IndexedDB holds under keys that begin with `prefix`. */
function meddle(page: Page, prefix: string, how: 'spoil' | 'drop'): Promise<void> {
  return page.evaluate(
    async ([start, task]) => {
      const done = <T>(request: IDBRequest<T>): Promise<T> =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result)
          request.onerror = () => reject(request.error ?? new Error('IndexedDB failed'))
        })
      const name = `vedette default ${location.origin}/`
      const database = await done(indexedDB.open(name))
      const records = database.transaction('replica', 'readwrite').objectStore('replica')
      const keys = (await done(records.getAllKeys())).map(String)
      for (const key of keys.filter((each) => each.startsWith(start))) {
        const value: unknown = await done(records.get(key))
        if (task === 'drop') await done(records.delete(key))
        else if (value instanceof Uint8Array) await done(records.put(value.with(8, 255), key))
        else await done(records.put(`x${String(value)}`, key))
      }
      database.close()
    },
    [prefix, how] as const,
  )
}

test('a page under a strict CSP decides, and a patch flips it without reload', async () => {
  const page = await openPage()
  await showing(page, allowed)
  await page.evaluate(() => (window.isSamePage = true))
  await publish(server.gateway.publisher.patchData(grants([])))
  await showing(page, denied)
  expect(await page.evaluate(() => window.isSamePage)).toBe(true)
  await until(() => {
    const report = server.gateway.reports.at(-1)?.status
    expect(report).toMatchObject({ kind: 'browser', ready: true, healthy: true, revision: '1.3' })
    expect(report?.replica).toMatch(/^browser-[0-9a-f-]{36}$/)
    // Each is told once, in whichever report.
    const told = server.gateway.reports.flatMap((held) => held.status.transactions)
    expect(told.map(({ id }) => id)).toEqual(['t1', 't2', 't3'])
  })
  expect(await page.evaluate(() => window.errors)).toEqual([])
  expect(await page.evaluate(() => window.client.inForce().entrypoints)).toEqual([
    'authz/allow',
    'authz/decision',
    'authz/list',
    'authz/matching',
    'authz/reasons',
  ])
})

test('with the gateway gone a reloaded page decides, and resumes when it is back', async () => {
  const page = await openPage()
  await showing(page, allowed)
  await isStored(page)
  const { replica } = await status(page)
  await server.stop()
  await page.reload()
  await showing(page, allowed)
  expect(await status(page)).toMatchObject({ replica, online: false, revision: '1.2' })

  await server.gateway.publisher.patchData(grants([]))
  const before = server.gateway.asked.length
  await server.start()
  await showing(page, denied)
  const resumed = server.gateway.asked.slice(before)
  expect(resumed.every((query) => query.has('policy') && query.has('data'))).toBe(true)
})

test.each([
  ['blob/', 'ERR_DIGEST'],
  ['entry/', 'ERR_SIGNATURE'],
  ['head', 'ERR_SIGNATURE'],
])('what was changed in IndexedDB under %s is refused, and stored anew', async (prefix, code) => {
  const page = await openPage()
  await showing(page, allowed)
  await isStored(page)
  const { memory: _, ...sound } = await stored(page)
  await server.stop()
  await meddle(page, prefix, 'spoil')
  await page.reload()
  await until(async () => expect((await status(page)).refusal?.code).toBe(code))
  expect(await decide(page)).toEqual({ code: 'ERR_NOT_READY' })

  await server.start()
  await showing(page, allowed)
  await isReported(code)
  await until(async () => expect(await stored(page)).toMatchObject(sound))
  await server.stop()
  await page.reload()
  await showing(page, allowed)
})

test('a line changed on the way is refused, reported, and asked for again', async () => {
  const page = await openPage()
  await showing(page, allowed)
  let isSpoilt = false
  server.gateway.onLine = (line) => {
    if (isSpoilt) return line
    isSpoilt = true
    return line.replace(/"entries":\["eyJ/, '"entries":["eyK')
  }
  await publish(server.gateway.publisher.patchData(grants([])))
  await isReported('ERR_SIGNATURE')
  await showing(page, denied)
})

test('a blob changed on the way is refused, reported, and asked for again', async () => {
  let isSpoilt = false
  server.gateway.onBlob = (bytes) => {
    if (isSpoilt) return bytes
    isSpoilt = true
    return Uint8Array.from(bytes).with(8, 255)
  }
  const page = await openPage()
  await isReported('ERR_DIGEST')
  await showing(page, allowed)
})

test('an old head is refused, also after a reload', async () => {
  const old = await server.gateway.publisher.renew()
  const page = await openPage()
  await showing(page, allowed)
  await publish(server.gateway.publisher.patchData(grants([])))
  await showing(page, denied)

  await page.reload()
  await until(async () => expect((await status(page)).online).toBe(true))
  server.gateway.broadcast(old)
  await isReported('ERR_REPLAY')
  await showing(page, denied)
  await until(async () => expect((await status(page)).online).toBe(true))
})

test('beyond its maxAge the page does not decide, nor after a reload', async () => {
  const page = await openPage()
  await showing(page, allowed)
  await publish(server.gateway.publisher.renew({ maxAgeMs: 1 }))
  await showing(page, { code: 'ERR_STALE' })
  await isStored(page)
  await server.stop()
  await page.reload()
  await showing(page, { code: 'ERR_STALE' })
})

test('a passive PDP does not decide', async () => {
  const page = await openPage()
  await showing(page, allowed)
  await publish(server.gateway.publisher.renew({ state: 'PASSIVE' }))
  await showing(page, { code: 'ERR_PASSIVE' })
})

test('tabs share what is stored, and report by names of their own: what another took away is there again after the next head', async () => {
  const [page, other] = [await openPage(), await openPage()]
  await showing(page, allowed)
  await showing(other, allowed)
  const [name, otherName] = [(await status(page)).replica, (await status(other)).replica]
  expect(otherName).toBe(`${name}.2`)
  const reporting = () => new Set(server.gateway.reports.map((held) => held.status.replica))
  await until(() => expect(reporting()).toEqual(new Set([name, otherName])))
  await meddle(other, '', 'drop')
  await other.close()
  await publish(server.gateway.publisher.patchData(grants([])))
  await showing(page, denied)
  await isStored(page)
  await server.stop()
  await page.reload()
  await showing(page, denied)
})

test('without IndexedDB the page decides as long as it lives', async () => {
  await context.addInitScript(() =>
    Object.defineProperty(globalThis, 'indexedDB', { value: undefined }),
  )
  const page = await openPage()
  await showing(page, allowed)
  expect(await page.evaluate(() => window.errors)).toEqual(['ERR_STORAGE'])
})

test('of the builtins a page loads those that its policies call', async () => {
  const { unit, program } = await compilePolicy(
    'shape',
    'package shape\n\nfits := regex.match(`^a+$`, input.text)',
  )
  const page = await openPage()
  const groups = await loadedScripts(page)
  expect(groups.filter((name) => name.startsWith('regex-'))).toEqual([])
  await publish(server.gateway.publisher.putPolicy(unit, { program }))
  const fits = () => page.evaluate(() => window.client.decide('shape/fits', { text: 'aaa' }).result)
  await until(async () => expect(await fits()).toBe(true))
  const added = (await loadedScripts(page)).filter((name) => !groups.includes(name))
  expect(added.filter((name) => name.startsWith('regex-'))).toHaveLength(1)
  expect(added.filter((name) => /^(?:jwt|graphql|dates)-/.test(name))).toEqual([])
})

describe('a policy that is wasm alone', () => {
  const serveWasm = async (options: Partial<TestGatewayOptions>): Promise<Page> => {
    await server.stop()
    await serveAnew(options)
    await server.gateway.publisher.putPolicy(policy.unit, { wasm: policy.wasm })
    return openPage()
  }

  test('is decided where the CSP allows WebAssembly', async () => {
    const page = await serveWasm({
      contentSecurityPolicy: "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
    })
    await showing(page, allowed)
  })

  test('is not decided elsewhere, and the page says why', async () => {
    const page = await serveWasm({})
    const error = expect.stringMatching(/^ERR_ENGINE_UNFIT: the unit authz .*wasm-unsafe-eval/)
    await until(() => {
      const told = server.gateway.reports.flatMap((held) => held.status.transactions)
      expect(told).toContainEqual(expect.objectContaining({ success: false, error }))
    })
    expect(await decide(page)).toEqual({ code: 'ERR_NOT_READY' })
  })
})
