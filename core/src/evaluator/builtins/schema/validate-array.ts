import type { Json } from '../../../json/json.ts'
import { canonicalText } from './canonical.ts'
import { bestOf, type Result } from './result.ts'
import type { Schema } from './schema.ts'
import { validateApart, type Part } from './validate.ts'

export function validateArray(schema: Schema, items: readonly Json[], part: Part): void {
  const { path, result } = part
  validateItems(schema, items, part)
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema
  if (items.length < minItems)
    result.add(path, 'array_min_items', `Array must have at least ${minItems} items`)
  if (items.length > maxItems)
    result.add(path, 'array_max_items', `Array must have at most ${maxItems} items`)
  if (schema.isUnique) validateUnique(items, part)
  if (schema.contains) validateContains(schema.contains, items, part)
  result.reward()
}

function validateItems(schema: Schema, items: readonly Json[], { path, result }: Part): void {
  const { additionalItems } = schema
  const [first] = schema.items
  if (!first) return
  for (const [at, item] of items.entries()) {
    const own = schema.isOneForAllItems ? first : schema.items[at]
    const other = typeof additionalItems === 'boolean' ? undefined : additionalItems
    const found = own ?? other
    if (found) result.merge(validateApart(found, item, `${path}.${at}`))
  }
  const areTooMany = !schema.isOneForAllItems && items.length > schema.items.length
  if (areTooMany && additionalItems === false)
    result.add(path, 'array_no_additional_items', 'No additional items allowed on array')
}

function validateUnique(items: readonly Json[], { path, result }: Part): void {
  const places = new Map<string, number>()
  for (const [at, item] of items.entries()) {
    const text = canonicalText(item)
    const before = places.get(text)
    if (before !== undefined)
      result.add(path, 'unique', `array items[${before},${at}] must be unique`)
    places.set(text, at)
  }
}

function validateContains(schema: Schema, items: readonly Json[], { path, result }: Part): void {
  const failed: Result[] = []
  for (const [at, item] of items.entries()) {
    const own = validateApart(schema, item, `${path}.${at}`)
    if (own.isValid) return
    failed.push(own)
  }
  result.add(path, 'contains', 'At least one of the items must match')
  const best = bestOf(failed)
  if (best) result.merge(best)
}
