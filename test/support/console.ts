import type { Browser, BrowserContext, Page } from 'playwright-core'

/** The console page of a gateway, as a person sees it. */
export interface ConsolePage {
  readonly page: Page
  readonly context: BrowserContext
  /** Errors and warnings of the page's log, refusals of its content security policy among them; empties the list. */
  complaints(): readonly string[]
  /** How often the document was loaded. */
  loads(): number
  /** The text of an element, by its `data-testid`. */
  text(testId: string): Promise<string>
  texts(...testIds: readonly string[]): Promise<readonly string[]>
  choose(entrypoint: string): Promise<void>
  decide(input: object): Promise<void>
  put(path: string, value: unknown): Promise<void>
  replicas(): Promise<readonly Row[]>
  signIn(token: string): Promise<void>
}

/** What the table of replicas shows of one. */
interface Row {
  readonly kind: string | undefined
  readonly own: string | undefined
  readonly silent: string | undefined
  readonly [part: string]: string | undefined
}

/** In a context of its own, so that nothing is kept from another page. */
export async function openConsole(browser: Browser, url: string): Promise<ConsolePage> {
  const context = await browser.newContext()
  const page = await context.newPage()
  const heard: string[] = []
  let loads = 0
  page.on('load', () => loads++)
  page.on('pageerror', (error) => heard.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      heard.push(`${message.text()} (${message.location().url})`)
  })
  await page.goto(url)

  const text = (testId: string): Promise<string> => page.getByTestId(testId).innerText()
  const submit = async (fields: Readonly<Record<string, string>>, button: string) => {
    for (const [field, value] of Object.entries(fields)) await page.getByTestId(field).fill(value)
    await page.getByTestId(button).click()
  }
  return {
    page,
    context,
    complaints: () => heard.splice(0),
    loads: () => loads,
    text,
    texts: (...testIds) => Promise.all(testIds.map(text)),
    choose: async (entrypoint) => {
      await page.getByTestId('entrypoint').selectOption(entrypoint)
    },
    decide: (input) => submit({ input: JSON.stringify(input) }, 'decide'),
    put: (path, value) =>
      submit({ 'data-path': path, 'data-value': JSON.stringify(value) }, 'data-put'),
    replicas: () => page.getByTestId('replica').evaluateAll(readRows),
    signIn: (token) => submit({ token }, 'sign-in-submit'),
  }
}

/** Runs in the page. */
function readRows(rows: readonly Element[]): Row[] {
  return rows.map((row) => {
    const { kind, own, silent } = (row as HTMLElement).dataset
    const parts = [...row.querySelectorAll<HTMLElement>('td[data-part]')]
    const cells = parts.map((cell) => [cell.dataset['part'], cell.textContent])
    return { kind, own, silent, ...(Object.fromEntries(cells) as Record<string, string>) }
  })
}
