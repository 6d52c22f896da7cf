import { isJsonArray, isJsonObject } from '@vedette/core/json/equal'
import type { Json } from '@vedette/core/json/json'

import { simplerFragments, type Fragment } from './fragment.ts'

/** What shows a difference: a module and the documents it was asked with. */
export interface Finding {
  readonly module: Fragment
  readonly data: Json
  readonly input: Json
}

/** Enough for every finding so far to come down to a few lines. */
const MOST_ATTEMPTS = 400

/** The simplest finding, step by step, that still `holds`. */
export async function shrink(
  finding: Finding,
  holds: (candidate: Finding) => Promise<boolean>,
): Promise<Finding> {
  let [simplest, attempts] = [finding, 0]
  for (let step: Finding | undefined = finding; step && attempts < MOST_ATTEMPTS;) {
    step = undefined
    for (const candidate of simplerFindings(simplest)) {
      if (++attempts > MOST_ATTEMPTS) break
      if (!(await holds(candidate))) continue
      simplest = step = candidate
      break
    }
  }
  return simplest
}

function* simplerFindings(finding: Finding): Generator<Finding> {
  for (const module of simplerFragments(finding.module)) yield { ...finding, module }
  for (const data of simplerValues(finding.data)) yield { ...finding, data }
  for (const input of simplerValues(finding.input)) yield { ...finding, input }
}

/** The value without one of its items or members, or with a simpler one. */
function* simplerValues(value: Json): Generator<Json> {
  if (isJsonArray(value)) {
    for (const at of value.keys()) yield value.toSpliced(at, 1)
    for (const [at, item] of value.entries())
      for (const simpler of simplerValues(item)) yield value.with(at, simpler)
  } else if (isJsonObject(value)) {
    const entries = Object.entries(value)
    for (const at of entries.keys()) yield fromEntries(entries.toSpliced(at, 1))
    for (const [at, [key, member]] of entries.entries())
      for (const simpler of simplerValues(member))
        yield fromEntries(entries.with(at, [key, simpler]))
  }
}

function fromEntries(entries: readonly (readonly [string, Json])[]): Json {
  return Object.fromEntries(entries)
}
