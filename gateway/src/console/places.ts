import { codeOf, messageOf } from '@vedette/core/errors'
import type { Json, JsonObject } from '@vedette/core/json/json'

import type { Ask } from './ask.ts'
import type { Replica, Sdk } from './replica.ts'

export interface Question {
  readonly entrypoint: string
  /** JSON text; empty is no input. */
  readonly input: string
}

/** How a question went at one place. Results are JSON text, absent when undefined. */
export type Outcome = { readonly tookMs: number } & (
  | { readonly kind: 'answer'; readonly result?: string; readonly revision: string }
  | { readonly kind: 'failure'; readonly code: string; readonly message: string }
)

/** Somewhere a question can be decided. */
export interface Place {
  /** `page`, `worker`, `worker-2`, …, `gateway`. */
  readonly name: string
  readonly label: string
  /** What the time beside the result is the time of. */
  readonly how: string
  decide(question: Question): Promise<Outcome>
}

interface Answer {
  readonly result?: Json
  readonly revision: string
}

export interface PlacesOptions {
  readonly sdk: Sdk
  readonly replica: Replica
  readonly ask: Ask
  readonly workers: readonly string[]
}

export function createPlaces({ sdk, replica, ask, workers }: PlacesOptions): readonly Place[] {
  const remote = (name: string, label: string, base: string): Place => ({
    name,
    label,
    how: `round trip to ${new URL(base).host}`,
    decide: ({ entrypoint, input }) =>
      timed(sdk, async () => {
        const path = entrypoint.split('/').map(encodeURIComponent).join('/')
        const text = await ask(
          `${base.replace(/\/$/, '')}/v1/data/${path}`,
          input === '' ? '{}' : `{"input":${input}}`,
        )
        return sdk.parseJson(text) as JsonObject & Answer
      }),
  })
  const page: Place = {
    name: 'page',
    label: 'This page',
    how: 'one call, no network',
    decide: ({ entrypoint, input }) => {
      const value = input === '' ? undefined : sdk.parseJson(input)
      return timed(sdk, () => replica.decide(entrypoint, value))
    },
  }
  return [
    page,
    ...workers.map((url, at) => {
      const number = at === 0 ? '' : `${at + 1}`
      return remote(number ? `worker-${number}` : 'worker', `Worker ${number}`.trim(), url)
    }),
    remote('gateway', 'Gateway', location.origin),
  ]
}

async function timed(
  { stringifyJson }: Sdk,
  decide: () => Answer | Promise<Answer>,
): Promise<Outcome> {
  const begin = performance.now()
  try {
    const made = decide()
    // Awaiting what is there already would count the page's other work too.
    const tookMs = made instanceof Promise ? undefined : performance.now() - begin
    const { result, revision } = await made
    return {
      kind: 'answer',
      revision,
      tookMs: tookMs ?? performance.now() - begin,
      ...(result !== undefined && { result: stringifyJson(result) }),
    }
  } catch (error) {
    return {
      kind: 'failure',
      code: codeOf(error, 'ERR_EVALUATION'),
      message: messageOf(error),
      tookMs: performance.now() - begin,
    }
  }
}
