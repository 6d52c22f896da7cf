import { isJsonObject } from '@vedette/core/json/equal'
import { parseJson } from '@vedette/core/json/parse'
import { stringifyJson } from '@vedette/core/json/stringify'

/** The segments below `/v1/data`; undefined when one is not percent-encoded. */
export function readPath(url: string): string[] | undefined {
  const text = new URL(url).pathname.slice('/v1/data'.length).replace(/^\/+|\/+$/g, '')
  try {
    return text === '' ? [] : text.split('/').map(decodeURIComponent)
  } catch {
    return undefined
  }
}

export type Question = { readonly input: string | undefined } | { readonly fault: string }

/** The input as JSON text, or why the body is refused. An empty body, and one without `input`, ask without input. */
export function readQuestion(text: string): Question {
  if (text.trim() === '') return { input: undefined }
  try {
    const body = parseJson(text)
    if (!isJsonObject(body)) return { fault: 'the body is a JSON object with the member input' }
    const input = Object.hasOwn(body, 'input') ? body['input'] : undefined
    return { input: input === undefined ? undefined : stringifyJson(input) }
  } catch (error) {
    return { fault: error instanceof Error ? error.message : '' }
  }
}
