import { loadBuiltins } from '@vedette/core/evaluator/builtins/table'
import { spend } from '@vedette/core/evaluator/effort'
import type { Engine } from '@vedette/core/evaluator/evaluator'
import { optimise } from '@vedette/core/evaluator/plan/optimiser/optimise'
import { createPlanEngine } from '@vedette/core/evaluator/plan/runtime/engine'
import { createWasmEngine } from '@vedette/core/evaluator/wasm/engine'
import { compileUnit } from '@vedette/core/evaluator/wasm/webassembly'
import type { JsonObject } from '@vedette/core/json/json'
import { sourceOfValue } from '@vedette/core/json/source'
import { beforeAll, describe, expect, it, vi } from 'vitest'

import { wireModules, withToolchain } from '../gateway/src/cli/toolchain.ts'
import { bytesOf } from '../gateway/src/compiler/bytes.ts'

vi.mock('@vedette/core/evaluator/effort', { spy: true })

type Name = 'plan' | 'wasm'

/** Each rule has a text of its own in its pattern, of each engine, so that none finds what another one left behind. */
function policyFor(name: Name): { readonly source: string; readonly data: JsonObject } {
  const rules = `package a

constant := found("${name}-constant")

ours contains "${name}-by-rule"

byRule contains f if {
	some p in ours
	f := found(p)
}

byData contains f if {
	some p in data.patterns
	f := found(p)
}

byKind := regex.find_n(data.kinds[input.kind].pattern, input.text, -1)

replaced := regex.replace(input.text, "${name}-replaced", "")

found(pattern) := regex.find_n(pattern, input.text, -1)

byInput := regex.find_n(input.pattern, input.text, -1)

byFunction := regex.find_n(sprintf("%s-function", [input.pattern]), input.text, -1)

byEither := [either(input.pattern), either("${name}-both")]

either(pattern) := regex.find_n(concat("", [pattern, "-either"]), input.text, -1)

withData := w if w := withKinds with data.kinds as {"b": {"pattern": input.pattern}}

withKinds := regex.find_n(data.kinds.b.pattern, input.text, -1)
`
  const kinds = { a: { pattern: `${name}-by-kind` }, b: { pattern: `${name}-b` } }
  return { source: rules, data: { patterns: [`${name}-by-data`], kinds } }
}

const kept = ['constant', 'byRule', 'byData', 'byKind', 'replaced']
const passing = ['byInput', 'byFunction', 'byEither', 'withData']

async function start(name: Name): Promise<Engine> {
  const { source, data } = policyFor(name)
  const entrypoints = [...kept, ...passing].map((rule) => `a/${rule}`)
  const { plan, wasm } = await withToolchain(({ ask }) =>
    ask('compile', { modules: wireModules([{ file: 'a.rego', source }]), entrypoints }),
  )
  const builtins = await loadBuiltins()
  const engine =
    name === 'plan'
      ? createPlanEngine(optimise(plan), { builtins })
      : createWasmEngine(await compileUnit(bytesOf(wasm)), { builtins })
  engine.setData(sourceOfValue(data))
  return engine
}

describe.each<Name>(['plan', 'wasm'])('%s', (name) => {
  let engine: Engine

  beforeAll(async () => {
    engine = await start(name)
  })

  /** How many patterns are compiled when the same is asked once more: nothing else costs as much at once. */
  function compiledAgain(rule: string): number {
    const input = { text: 'some text', kind: 'a', pattern: `${name}-${rule}` }
    const ask = (): unknown => engine.evaluate(`a/${rule}`, sourceOfValue(input))
    const answer = ask()
    expect(answer).toBeDefined()
    vi.mocked(spend).mockClear()
    expect(ask()).toEqual(answer)
    return vi.mocked(spend).mock.calls.filter(([effort]) => effort >= 50_000).length
  }

  it.each(kept)('keeps what policy and data bring: %s', (rule) => {
    expect(compiledAgain(rule)).toBe(0)
  })

  it.each(passing)('keeps nothing of a question: %s', (rule) => {
    expect(compiledAgain(rule)).toBeGreaterThan(0)
  })
})
