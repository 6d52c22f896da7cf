import { codeOf, messageOf } from '@vedette/core/errors'

import type { Ask } from './ask.ts'
import { find, setText } from './dom.ts'
import { keepDraft, readDraft } from './drafts.ts'
import { formatTime, shorten } from './format.ts'
import type { Replica, Sdk } from './replica.ts'

export interface DataView {
  /** Shows the change that goes with an entrypoint. */
  suggest(entrypoint: string): void
  /** The page's replica has changed: shows the value it holds now. */
  refresh(): void
}

export interface DataViewOptions {
  readonly sdk: Sdk
  readonly replica: Replica
  readonly ask: Ask
}

/** The form that changes data, to watch every place flip. */
export function createDataView({ sdk, replica, ask }: DataViewOptions): DataView {
  const form = find<HTMLFormElement>('data-form')
  const path = find<HTMLInputElement>('data-path')
  const value = find<HTMLTextAreaElement>('data-value')
  const now = find<HTMLOutputElement>('data-now')
  const result = find('data-result')
  let entrypoint = ''

  form.onsubmit = (event) => {
    event.preventDefault()
    void put()
  }
  path.oninput = () => {
    keepDraft(entrypoint, { path: path.value })
    refresh()
  }
  value.oninput = () => keepDraft(entrypoint, { value: value.value })
  find('data-take').onclick = () => {
    value.value = current() ?? ''
    value.focus()
  }

  async function put(): Promise<void> {
    const begin = performance.now()
    try {
      const { revision } = JSON.parse(
        await ask('/data/config', updateOf(sdk, path.value, value.value)),
      ) as { revision: string }
      setText(
        result,
        `Revision ${revision}, on disk after ${formatTime(performance.now() - begin)}`,
      )
      result.dataset['state'] = 'done'
    } catch (error) {
      setText(result, `${codeOf(error, 'ERR_JSON')}: ${messageOf(error)}`)
      result.dataset['state'] = 'failed'
    }
  }

  /** What this page's replica holds at the path, as JSON text: asking itself needs no network. */
  function current(): string | undefined {
    try {
      const held = replica.decide(path.value).result
      return held === undefined ? undefined : sdk.stringifyJson(held)
    } catch {
      return undefined
    }
  }

  function refresh(): void {
    setText(now, shorten(current() ?? 'nothing', 120))
  }

  return {
    suggest(name) {
      entrypoint = name
      const draft = readDraft(name)
      path.value = draft.path
      value.value = draft.value
      setText(result, '')
      refresh()
    },
    refresh,
  }
}

/** OPAL's data update of one value. The value goes in as it was typed, so that it keeps its digits. */
function updateOf({ parseJson }: Sdk, path: string, value: string): string {
  parseJson(value)
  const where = JSON.stringify({ url: '', dst_path: path, save_method: 'PUT' })
  return `{"reason":"console","entries":[${where.slice(0, -1)},"data":${value}}]}`
}
