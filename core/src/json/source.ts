import type { Json } from './json.ts'
import { parseJson } from './parse.ts'
import { isPlainValue, stringifyJson } from './stringify.ts'

/** JSON as text or as value, whichever is at hand; the other is made when it is asked for. */
export interface JsonSource {
  readonly text: () => string
  readonly value: () => Json
}

/** `value()` throws `JsonError` where the text is not JSON. */
export function sourceOfText(text: string): JsonSource {
  let value: Json | undefined
  return { text: () => text, value: () => (value ??= parseJson(text)) }
}

/** `text()` throws `JsonError` where the value holds what JSON cannot. */
export function sourceOfValue(value: Json): JsonSource {
  return new ValueSource(value)
}

/** A value that somebody else made: `JsonError` at once where it holds what JSON cannot. */
export function sourceOfForeign(value: Json): JsonSource {
  return isPlainValue(value) ? sourceOfValue(value) : sourceOfText(stringifyJson(value))
}

/** Every decision takes one: this makes no closures. */
class ValueSource implements JsonSource {
  readonly #value: Json
  #text: string | undefined

  constructor(value: Json) {
    this.#value = value
  }

  text(): string {
    return (this.#text ??= stringifyJson(this.#value))
  }

  value(): Json {
    return this.#value
  }
}
