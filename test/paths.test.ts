import { capabilities } from '@vedette/core/evaluator/builtins/capabilities'
import { loadBuiltins } from '@vedette/core/evaluator/builtins/table'
import type { Engine } from '@vedette/core/evaluator/evaluator'
import { optimise } from '@vedette/core/evaluator/plan/optimiser/optimise'
import { createPlanEngine } from '@vedette/core/evaluator/plan/runtime/engine'
import { createPolicyEvaluator } from '@vedette/core/evaluator/query'
import { createWasmEngine } from '@vedette/core/evaluator/wasm/engine'
import { compileUnit } from '@vedette/core/evaluator/wasm/webassembly'
import { sourceOfValue } from '@vedette/core/json/source'
import * as v from 'valibot'
import { expect, test } from 'vitest'

import { answerOf } from '../gateway/src/cli/answer.ts'
import { wireModules, withToolchain } from '../gateway/src/cli/toolchain.ts'
import { bytesOf } from '../gateway/src/compiler/bytes.ts'
import { nativeAnswers } from './fuzz/answers.ts'

const source = `package shop

fruit.apple.seeds := 12
fruit.apple.tags[tag] := 1 if some tag in input.tags
fruit[name].price := price if some name, price in data.prices
mix.a[name].b contains tag if { some name, _ in data.prices; some tag in input.tags }
mix.a.pear.c := 4
mix.q := 1
colours contains colour if some colour in ["red", 2, 1.0, [3], "0"]
keys := {"0": "text", "a": {1: "number", "1": "text"}, "set": {9007199254740993, "9223372036854775808"}}
list := [{"x": 1}, "two"]
undef if false
f(x) := x
`
const data = { prices: { apple: 1.5, pear: 2 } }
const input = { tags: ['ripe', 'red'] }

/** Below `data.shop`. */
const paths =
  `fruit fruit/apple fruit/apple/seeds fruit/apple/price fruit/apple/tags fruit/apple/tags/ripe fruit/pear
  fruit/pear/price fruit/melon fruit/melon/price mix mix/a mix/a/pear mix/a/pear/b mix/a/pear/b/red mix/a/pear/c mix/q
  colours colours/red colours/0 colours/1 colours/2 colours/02 colours/blue keys/a keys/a/1 keys/set/9007199254740993
  keys/set/9223372036854775808 list/0 list/+1 list/0/x list/2 undef undef/x f f/x absent`.split(
    /\s+/,
  )

type Start = (unit: Readonly<Record<string, unknown>>) => Promise<Engine>

const engines: readonly (readonly [string, Start])[] = [
  [
    'plan',
    async ({ plan }) => createPlanEngine(optimise(plan), { builtins: await loadBuiltins() }),
  ],
  [
    'wasm',
    async ({ wasm }) => {
      const module = await compileUnit(bytesOf(v.parse(v.string(), wasm)))
      return createWasmEngine(module, { builtins: await loadBuiltins() })
    },
  ],
]

const NamesSchema = v.object({
  entrypoints: v.array(v.string()),
  packages: v.array(v.string()),
  functions: v.array(v.string()),
})

test.each(engines)('%s: a path leads where it does in OPA', (_, start) =>
  withToolchain(async (toolchain) => {
    const modules = wireModules([{ file: 'shop.rego', source }])
    const unit = await toolchain.ask('compile', { modules, builtins: capabilities })
    const engine = await start(unit)
    engine.setData(sourceOfValue(data))
    const units = [{ ...v.parse(NamesSchema, unit), engine }]
    const evaluator = createPolicyEvaluator({ units, document: data })
    const asked = ['shop', ...paths.map((path) => `shop/${path}`)]
    const ask = (path: string) => answerOf(evaluator.answer(path.split('/'), sourceOfValue(input)))
    const questions = asked.map((entrypoint) => ({ entrypoint, input }))
    const trial = { source, data, inputs: [input], entrypoints: asked }
    const answers = await nativeAnswers(trial, questions, toolchain)
    // OPA's compiler refuses a path of which it can tell that it leads nowhere.
    const native = answers.map((answer) => ('error' in answer ? {} : answer))
    const named = (answers: readonly unknown[]) => answers.map((answer, at) => [asked[at], answer])
    expect(named(asked.map(ask))).toEqual(named(native))
    // The second time a rule is known.
    expect(named(asked.map(ask))).toEqual(named(native))
  }),
)
