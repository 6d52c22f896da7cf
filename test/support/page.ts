import type { Json } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import { stringifyJson } from '@vedette/core/json/stringify'
import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'

import { ensureChromium, launchOptions } from '../../gateway/src/start/chromium.ts'
import type { ClientStatus, PolicyClient } from '../../web-sdk/src/index.ts'
import type { Answer } from './world.ts'

/** A page of the gateway in a real Chromium, with a policy client that `reload` starts anew. */
export interface PolicyPage {
  ask(path: string, input: Json | undefined): Promise<Answer>
  status(): Promise<ClientStatus>
  /** OPAL's document in the page. */
  system(): Promise<Json>
  /** Whether the document is the one that `mark` was called in. */
  isMarked(): Promise<boolean>
  mark(): Promise<void>
  reload(): Promise<void>
  close(): Promise<void>
}

export interface PageOptions {
  /** Where page, SDK and stream come from: the gateway, or a proxy before it. */
  readonly url: string
  readonly token: string
  readonly trust: object
}

interface Sdk {
  createPolicyClient(options: object): PolicyClient
  parseJson(text: string): Json
  stringifyJson(value: unknown): string
}
declare global {
  // oxlint-disable-next-line no-var
  var vedette: { readonly sdk: Sdk; readonly client: PolicyClient; isMarked?: true }
}

export async function launchBrowser(): Promise<Browser> {
  const path = await ensureChromium({ onProgress: (line) => process.stderr.write(`${line}\n`) })
  return chromium.launch(launchOptions(path))
}

/** A text, because what vitest makes of an `import()` runs in Node only. */
const script = (options: PageOptions): string => `
  import('${options.url}/sdk/index.js').then((sdk) => {
    globalThis.vedette = { sdk, client: sdk.createPolicyClient(${JSON.stringify(options)}) }
  })
`

/** In a browser of its own, that ends with it. */
export async function openPage(options: PageOptions): Promise<PolicyPage> {
  const browser = await launchBrowser()
  try {
    const page = await startClient(await browser.newPage(), options)
    return { ...page, close: () => browser.close() }
  } catch (error) {
    await browser.close()
    throw error
  }
}

/** Starts a policy client in a page. */
export async function startClient(page: Page, options: PageOptions): Promise<PolicyPage> {
  await page.goto(`${options.url}/console`)
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  const client = clientIn(page, options)
  await client.reload()
  return client
}

/** The policy client that was started in a page. */
export function clientIn(page: Page, options: PageOptions): PolicyPage {
  return {
    async ask(path, input) {
      const question = { path, text: input === undefined ? undefined : stringifyJson(input) }
      const answer = await page.evaluate(({ path, text }) => {
        const { sdk, client } = globalThis.vedette
        try {
          const { result, revision } = client.decide(path, text ? sdk.parseJson(text) : undefined)
          return sdk.stringifyJson({ ...(result !== undefined && { result }), revision })
        } catch (error) {
          return sdk.stringifyJson({ code: (error as { code?: string }).code ?? String(error) })
        }
      }, question)
      return parseJson(answer) as Answer
    },
    status: () => page.evaluate(() => globalThis.vedette.client.status()),
    system: () => page.evaluate(() => globalThis.vedette.client.system() as Json),
    isMarked: () => page.evaluate(() => globalThis.vedette.isMarked === true),
    mark: () => page.evaluate(() => void (globalThis.vedette.isMarked = true)),
    async reload() {
      await page.reload()
      await page.evaluate(script(options))
    },
    close: () => page.close(),
  }
}
