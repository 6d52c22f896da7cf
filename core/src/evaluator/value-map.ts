import { isJsonNumber } from '../json/equal.ts'
import { canonicalNumber } from '../json/number.ts'
import { spend } from './effort.ts'
import { RegoSet, entriesOf, isArrayValue, type RegoValue } from './value.ts'

/** A map whose keys are Rego values, equal by value: `1.0` finds `1`. */
export class ValueMap<Item> {
  /** By strings, booleans, null, and numbers that are their own text. */
  readonly #plain = new Map<RegoValue, Item>()
  /** By the canonical text of everything else. */
  #others: Map<string, Item> | undefined

  get size(): number {
    return this.#plain.size + (this.#others?.size ?? 0)
  }

  get(key: RegoValue): Item | undefined {
    const plain = plainKey(key)
    if (plain !== undefined) return this.#plain.get(plain)
    return this.#others?.get(canonicalText(key))
  }

  set(key: RegoValue, item: Item): void {
    const plain = plainKey(key)
    if (plain !== undefined) this.#plain.set(plain, item)
    else (this.#others ??= new Map()).set(canonicalText(key), item)
  }

  *values(): Generator<Item> {
    yield* this.#plain.values()
    if (this.#others) yield* this.#others.values()
  }
}

/** The value itself where `Map` tells such values apart as Rego does. */
function plainKey(value: RegoValue): RegoValue | undefined {
  if (typeof value === 'string' || Number.isSafeInteger(value)) return value
  if (isJsonNumber(value)) {
    const number = canonicalNumber(value)
    return typeof number === 'number' ? number : undefined
  }
  return typeof value === 'object' && value !== null ? undefined : value
}

/** A text takes longer than a comparison, and is kept. */
const collectionCost = 50

/** One text for all values that are equal, another for every other. */
function canonicalText(value: RegoValue): string {
  if (typeof value === 'string') {
    spend(value.length)
    return JSON.stringify(value)
  }
  if (isJsonNumber(value)) return String(canonicalNumber(value))
  if (typeof value !== 'object' || value === null) return String(value)
  spend(collectionCost)
  if (isArrayValue(value)) return `[${value.map(canonicalText).join()}]`
  if (value instanceof RegoSet) return `<${value.items.map(canonicalText).join()}>`
  const entries = entriesOf(value).map(
    ([key, item]) => `${canonicalText(key)}:${canonicalText(item)}`,
  )
  return `{${entries.join()}}`
}
