import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { chromium } from 'playwright-core'
import type { Browser, Page } from 'playwright-core'

import { ensureChromium, launchOptions } from '../../gateway/src/start/chromium.ts'
import { clientIn, startClient } from '../support/page.ts'
import type { PageOptions, PolicyPage } from '../support/page.ts'

/** A page that DevTools leaves as soon as its client has started: being told of every event costs it milliseconds. */
export interface UnwatchedPage {
  /** Watched again from the first question on. */
  open(options: PageOptions): Promise<PolicyPage>
  unwatch(): Promise<void>
}

export function createUnwatchedPage(): UnwatchedPage {
  let watching: { readonly browser: Browser; readonly page: Page } | undefined

  async function unwatch(): Promise<void> {
    await watching?.browser.close()
    watching = undefined
  }

  return {
    unwatch,
    async open(options) {
      const chromiumProcess = await startChromium()
      const watched = async (): Promise<Page> => {
        watching ??= await watch(chromiumProcess.devToolsUrl)
        return watching.page
      }
      await startClient(await watched(), options)
      await unwatch()
      const client = async (): Promise<PolicyPage> => clientIn(await watched(), options)
      return {
        ask: async (path, input) => (await client()).ask(path, input),
        status: async () => (await client()).status(),
        system: async () => (await client()).system(),
        isMarked: async () => (await client()).isMarked(),
        mark: async () => (await client()).mark(),
        reload: async () => (await client()).reload(),
        async close() {
          await unwatch()
          await chromiumProcess.stop()
        },
      }
    },
  }
}

async function watch(
  devToolsUrl: string,
): Promise<{ readonly browser: Browser; readonly page: Page }> {
  const browser = await chromium.connectOverCDP(devToolsUrl)
  const page = browser.contexts()[0]?.pages()[0]
  if (!page) throw new Error('Chromium shows no page')
  return { browser, page }
}

async function startChromium(): Promise<{ devToolsUrl: string; stop: () => Promise<void> }> {
  const path = await ensureChromium({ onProgress: (line) => process.stderr.write(`${line}\n`) })
  const profile = await mkdtemp(join(tmpdir(), 'vedette-bench-'))
  const args = [
    '--headless',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
    // Nobody looks at it, and it is to be as quick as a page that somebody looks at.
    '--disable-background-timer-throttling',
    '--disable-backgrounding-occluded-windows',
    '--disable-renderer-backgrounding',
  ]
  const child = spawn(path, [...launchOptions(path).args, ...args, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return {
    devToolsUrl: await devToolsUrlIn(createInterface(child.stderr)),
    async stop() {
      child.kill()
      await ended
      await rm(profile, { recursive: true, force: true })
    },
  }
}

async function devToolsUrlIn(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const url = /DevTools listening on (ws:\S+)/.exec(line)?.[1]
    if (url) return url
  }
  throw new Error('Chromium ended before it was ready')
}
