import { expect, test } from 'vitest'

import { withToolchain } from '../gateway/src/cli/toolchain.ts'
import { compare } from './fuzz/compare.ts'
import { DEADLINE_MS, fuzz, type Found } from './fuzz/fuzz.ts'
import { readKept } from './fuzz/kept.ts'

const TIMEOUT_MS = 300_000

/** What differs, as a person reads it. */
async function found(
  seed: number,
  engine: 'plan' | 'wasm',
  cases: number,
): Promise<readonly string[]> {
  const all: Found[] = []
  await withToolchain(
    (toolchain) =>
      fuzz({ cases, seed, engines: [engine], toolchain, onFound: (each) => all.push(each) }),
    DEADLINE_MS,
  )
  return all.map(({ detail, source }) => `${detail}\n${source}`)
}

test(
  '2,000 random cases: the plan engine answers as OPA does',
  { timeout: TIMEOUT_MS },
  async () => {
    expect(await found(1, 'plan', 2000)).toEqual([])
  },
)

test('500 of them: the wasm engine, where it is fit', { timeout: TIMEOUT_MS }, async () => {
  expect(await found(1, 'wasm', 500)).toEqual([])
})

test('what once differed has an answer', { timeout: TIMEOUT_MS }, async () => {
  const kept = await readKept()
  const differences = await withToolchain((toolchain) =>
    Promise.all(
      kept.map(async ({ file, source, data, input, entrypoint }) => {
        const trial = { source, data, inputs: [input], entrypoints: [entrypoint] }
        const { differences } = await compare(trial, ['plan', 'wasm'], toolchain)
        return differences.map(({ engine, detail }) => `${engine} ${file}: ${detail}`)
      }),
    ),
  )
  expect(kept.length).toBeGreaterThan(0)
  expect(differences.flat()).toEqual([])
})
