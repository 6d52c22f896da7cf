import { readFile } from 'node:fs/promises'

import { beforeAll, expect, test } from 'vitest'

import { differences } from '../support/onap-differences.ts'
import { replay } from '../support/onap-replay.ts'
import { at, changed } from '../support/recorded.ts'
import type { Replayed } from '../support/recorded.ts'

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
