import { readFile } from 'node:fs/promises'

import { beforeAll, expect, test } from 'vitest'

import { differences } from '../support/onap-differences.ts'
import { replay } from '../support/onap-replay.ts'
import type { Replayed } from '../support/onap-replay.ts'

let replayed: readonly Replayed[]

beforeAll(async () => {
  replayed = await replay()
})

test('answers as OPA-PDP did, field by field, but for the differences that are meant', () => {
  expect(replayed.length).toBeGreaterThan(70)
  for (const { label, recorded, said } of replayed) {
    const difference = differences.find((each) => each.label === label)
    expect({ label, said }).toEqual({ label, said: changed(recorded, difference?.said ?? {}) })
  }
})

test('every difference is one: none is there for nothing', () => {
  for (const { label, said } of differences) {
    const exchange = replayed.find((each) => each.label === label)
    for (const [path, value] of Object.entries(said))
      expect([label, path, at(exchange?.recorded, path)]).not.toEqual([label, path, value])
  }
})

test('docs/onap.md tells each of them, with its defect and its reason', async () => {
  const page = await readFile(new URL('../../docs/onap.md', import.meta.url), 'utf8')
  for (const { label, defect, reason } of differences)
    expect(page).toContain(`| ${label} | ${defect} | ${reason} |`)
})

/** A copy of `recorded` in which `said` stands at its paths. */
function changed(recorded: unknown, said: Readonly<Record<string, unknown>>): unknown {
  if ('' in said) return said['']
  const copy = structuredClone(recorded)
  for (const [path, value] of Object.entries(said)) {
    const names = path.split('.')
    const parent = at(copy, names.slice(0, -1).join('.')) as Record<string, unknown>
    parent[names.at(-1) ?? ''] = value
  }
  return copy
}

function at(value: unknown, path: string): unknown {
  const names = path === '' ? [] : path.split('.')
  return names.reduce(
    (inner, name) => (inner as Record<string, unknown> | undefined)?.[name],
    value,
  )
}
