import { copy, part, setText } from './dom.ts'
import { formatTime } from './format.ts'
import type { Outcome, Place } from './places.ts'

/** The card of one place. */
export interface PlaceView {
  readonly element: HTMLElement
  show(outcome: Outcome): void
}

/** Parts are marked for tests as `page-result`, `worker-time`, `gateway-revision`, … */
export function createPlaceView({ name, label, how }: Place): PlaceView {
  const element = copy('place')
  element.dataset['testid'] = name
  for (const each of ['result', 'message', 'time', 'revision'])
    part(element, each).dataset['testid'] = `${name}-${each}`
  setText(part(element, 'label'), label)
  setText(part(element, 'how'), how)

  return {
    element,
    show(outcome) {
      const isAnswer = outcome.kind === 'answer'
      const result = part(element, 'result')
      const text = isAnswer ? (outcome.result ?? 'undefined') : outcome.code
      if (result.textContent !== text) flash(element)
      setText(result, text)
      setText(part(element, 'message'), isAnswer ? '' : outcome.message)
      setText(part(element, 'revision'), isAnswer ? outcome.revision : '–')
      setText(part(element, 'time'), formatTime(outcome.tookMs))
      element.dataset['state'] = stateOf(outcome)
    },
  }
}

function stateOf(outcome: Outcome): string {
  if (outcome.kind === 'failure') return 'failed'
  if (outcome.result === undefined) return 'undefined'
  return outcome.result === 'true' || outcome.result === 'false' ? outcome.result : 'value'
}

function flash(element: HTMLElement): void {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return
  element.animate([{ transform: 'translateY(-4px)' }, { transform: 'none' }], 180)
}
