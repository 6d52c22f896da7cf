import { readFile } from 'node:fs/promises'

import { beforeAll, expect, test } from 'vitest'

import { differences } from '../support/onap-differences.ts'
import { replay } from '../support/onap-replay.ts'
import { expectAsRecorded, expectToDiffer } from '../support/recorded.ts'
import type { Replayed } from '../support/recorded.ts'

let replayed: readonly Replayed[]

beforeAll(async () => {
  replayed = await replay()
})

test('answers as OPA-PDP did, field by field, but for the differences that are meant', () => {
  expect(replayed.length).toBeGreaterThan(70)
  expectAsRecorded(replayed, differences)
})

test('every difference is one: none is there for nothing', () => {
  expectToDiffer(replayed, differences)
})

test('docs/onap.md tells each of them, with its defect and its reason', async () => {
  const page = await readFile(new URL('../../docs/onap.md', import.meta.url), 'utf8')
  for (const { label, defect, reason } of differences)
    expect(page).toContain(`| ${label} | ${defect} | ${reason} |`)
})
