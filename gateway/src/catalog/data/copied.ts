import type { Json } from '@vedette/core/json/json'

import { CatalogError } from '../catalog-error.ts'

/** As much as an update may bring. */
const mostCopied = 20_000_000
/** What a value takes beside its text. */
const leastSize = 8

/**
 * What one patch copies: a copy of what holds copies is twice as large each time, and thirty of them would fill any
 * memory. Takes a value, or throws `ERR_TOO_LARGE`.
 */
export function createCopying(): (value: Json) => Json {
  let left = mostCopied

  function take(value: unknown): void {
    left -= typeof value === 'string' ? value.length + leastSize : leastSize
    if (left < 0)
      throw new CatalogError('ERR_TOO_LARGE', 'the patch copies more than an update may bring')
    if (typeof value !== 'object') return
    for (const key in value) take((value as Record<string, unknown>)[key])
  }

  return (value) => {
    take(value)
    return value
  }
}
