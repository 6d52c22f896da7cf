import { expect, test } from 'vitest'

import type { EngineName } from '../gateway/src/cli/engine.ts'
import { withToolchain } from '../gateway/src/cli/toolchain.ts'
import { readOpaCases, type OpaCase } from './conformance/cases.ts'
import { runCases, type Outcome } from './conformance/run.ts'
import { count, differencesOf } from './conformance/table.ts'

const TIMEOUT_MS = 300_000

/** Every case takes a module from OPA's wasm compiler: `npm run conformance` has the time for all. */
const WASM_SHARE = 10

const cases = await readOpaCases()

function run(some: readonly OpaCase[], engine: EngineName): Promise<readonly Outcome[]> {
  return withToolchain((toolchain) => runCases(some, [engine], toolchain))
}

test('there are as many cases as OPA has', () => {
  expect(cases.length).toBe(4427)
})

test(
  'the plan engine answers none of them wrong, and hardly refuses one',
  { timeout: TIMEOUT_MS },
  async () => {
    const outcomes = await run(cases, 'plan')
    const ours = outcomes.filter(({ engine }) => engine === 'plan')
    expect(differencesOf(ours)).toBe('')
    expect(count(ours, 'plan', 'pass') / cases.length).toBeGreaterThan(0.97)
    // What native OPA makes of a case shows that the case was put right; the helper reaches no name server.
    const native = outcomes.filter(({ engine, kind }) => engine === 'native' && kind === 'wrong')
    expect(new Set(native.map(({ given }) => given.group))).toEqual(new Set(['netlookupipaddr']))
  },
)

test('the wasm engine answers none of its share wrong', { timeout: TIMEOUT_MS }, async () => {
  const share = cases.filter((_, at) => at % WASM_SHARE === 0)
  const outcomes = await run(share, 'wasm')
  expect(differencesOf(outcomes.filter(({ engine }) => engine === 'wasm'))).toBe('')
  expect(count(outcomes, 'wasm', 'pass') / share.length).toBeGreaterThan(0.6)
})
