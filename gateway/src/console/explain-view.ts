import { explanationText } from '@vedette/core/door/explanation'
import type { Entered } from '@vedette/core/door/explanation'
import { messageOf } from '@vedette/core/errors'

import type { Ask } from './ask.ts'
import { find, setNotice } from './dom.ts'
import type { Question } from './places.ts'

/** The button that has the gateway say why; what it said goes with the next question. */
export function createExplainView(ask: Ask, question: () => Question | undefined): () => void {
  const button = find<HTMLButtonElement>('explain')
  const told = find('explanation')
  let round = 0

  async function explain({ entrypoint, input }: Question): Promise<string> {
    const path = entrypoint.split('/').map(encodeURIComponent).join('/')
    const url = `${location.origin}/v1/data/${path}?explain=full`
    const answer = JSON.parse(await ask(url, input === '' ? '{}' : `{"input":${input}}`)) as {
      readonly explanation: readonly Entered[]
      readonly truncated?: boolean
    }
    return explanationText({ trace: answer.explanation, truncated: answer.truncated ?? false })
  }

  button.onclick = () => {
    const asked = question()
    if (!asked) return
    const mine = ++round
    explain(asked)
      .catch(messageOf)
      .then((text) => {
        if (mine === round) setNotice(told, text)
      })
      .catch(() => undefined)
  }
  return () => {
    round++
    setNotice(told, undefined)
  }
}
