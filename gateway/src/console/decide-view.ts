import { messageOf } from '@vedette/core/errors'

import type { Ask } from './ask.ts'
import { find, setText } from './dom.ts'
import { firstChoice, keepDraft, readDraft } from './drafts.ts'
import { createExplainView } from './explain-view.ts'
import { createPlaceView } from './place-view.ts'
import type { Outcome, Place, Question } from './places.ts'
import type { Replica, Sdk } from './replica.ts'

export interface DecideView {
  /** The page's replica has changed: offers what can be asked now, and asks again where answers may differ. */
  refresh(): void
}

export interface DecideViewOptions {
  readonly sdk: Sdk
  readonly places: readonly Place[]
  readonly replica: Replica
  readonly ask: Ask
  /** The person chose what to ask. */
  readonly onEntrypoint: (entrypoint: string) => void
}

/** A place that is behind the page is asked again this often: it is about to get what the page has. */
const catchUp = { attempts: 20, pauseMs: 50 }

/** The form that puts one question to every place, side by side. */
export function createDecideView({
  sdk,
  places,
  replica,
  ask,
  onEntrypoint,
}: DecideViewOptions): DecideView {
  const form = find<HTMLFormElement>('decide-form')
  const select = find<HTMLSelectElement>('entrypoint')
  const input = find<HTMLTextAreaElement>('input')
  const views = new Map(places.map((place) => [place, createPlaceView(place)]))
  const outcomes = new Map<Place, Outcome>()
  let round = 0
  let asked = ''
  find('places').replaceChildren(...[...views.values()].map(({ element }) => element))

  form.onsubmit = (event) => {
    event.preventDefault()
    keepDraft(select.value, { input: input.value })
    decide()
  }
  select.onchange = () => choose(select.value)
  input.oninput = () => {
    if (isJson()) keepDraft(select.value, { input: input.value })
  }
  input.onkeydown = (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit()
  }

  function choose(entrypoint: string): void {
    select.value = entrypoint
    input.value = readDraft(entrypoint).input
    keepDraft(entrypoint, {})
    onEntrypoint(entrypoint)
    decide()
  }

  const forgetExplanation = createExplainView(ask, question)

  function question(): Question | undefined {
    if (!select.value || !isJson()) return undefined
    return { entrypoint: select.value, input: input.value.trim() }
  }

  function decide(): void {
    const wanted = question()
    if (!wanted) return
    const mine = ++round
    forgetExplanation()
    outcomes.clear()
    for (const place of places) void follow(place, wanted, () => mine === round)
  }

  async function follow(place: Place, question: Question, isWanted: () => boolean): Promise<void> {
    for (let attempt = 0; attempt < catchUp.attempts; attempt++) {
      const outcome = await place.decide(question)
      if (!isWanted()) return
      show(place, outcome)
      if (outcome.kind === 'failure' || outcome.revision === replica.status().revision) return
      await new Promise((resolve) => setTimeout(resolve, catchUp.pauseMs))
    }
  }

  /** Marks the field when its text is neither JSON nor empty. */
  function isJson(): boolean {
    try {
      if (input.value.trim()) sdk.parseJson(input.value)
      input.setCustomValidity('')
    } catch (error) {
      input.setCustomValidity(messageOf(error))
    }
    return input.validity.valid
  }

  function show(place: Place, outcome: Outcome): void {
    views.get(place)?.show(outcome)
    outcomes.set(place, outcome)
    setText(find('agreement'), outcomes.size === places.length ? agreement(outcomes) : '')
  }

  return {
    refresh() {
      offer(select, replica.inForce().entrypoints)
      if (!select.value) {
        const first = firstChoice(replica.inForce().entrypoints)
        if (first !== undefined) choose(first)
      }
      const { revision, online } = replica.status()
      const now = `${revision} ${online}`
      if (now !== asked) decide()
      asked = now
    },
  }
}

/** What was chosen stays, also when it is no longer in force: it is undefined then, and that is worth seeing. */
function offer(select: HTMLSelectElement, entrypoints: readonly string[]): void {
  const chosen = select.value
  const names = chosen && !entrypoints.includes(chosen) ? [chosen, ...entrypoints] : entrypoints
  if (names.join() === [...select.options].map(({ value }) => value).join()) return
  select.replaceChildren(...names.map((name) => new Option(name)))
  select.value = chosen
}

function agreement(outcomes: ReadonlyMap<Place, Outcome>): string {
  const said = new Set([...outcomes.values()].map(sayingOf))
  if (said.size === 1) return 'All agree'
  const hasFailed = [...outcomes.values()].some(({ kind }) => kind === 'failure')
  return hasFailed ? 'Not every place decided' : 'The answers differ'
}

function sayingOf(outcome: Outcome): string {
  return outcome.kind === 'answer' ? (outcome.result ?? 'undefined') : outcome.code
}
