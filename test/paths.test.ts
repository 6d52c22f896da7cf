import { capabilities } from '@vedette/core/evaluator/builtins/capabilities'
import { loadBuiltins } from '@vedette/core/evaluator/builtins/table'
import type { Engine } from '@vedette/core/evaluator/evaluator'
import { optimise } from '@vedette/core/evaluator/plan/optimiser/optimise'
import { createPlanEngine } from '@vedette/core/evaluator/plan/runtime/engine'
import { createPolicyEvaluator } from '@vedette/core/evaluator/query'
import { createWasmEngine } from '@vedette/core/evaluator/wasm/engine'
import { compileUnit } from '@vedette/core/evaluator/wasm/webassembly'
import type { Json, JsonObject } from '@vedette/core/json/json'
import { sourceOfValue } from '@vedette/core/json/source'
import * as v from 'valibot'
import { expect, test } from 'vitest'

import { withToolchain, wireModules } from '../gateway/src/cli/toolchain.ts'
import { bytesOf } from '../gateway/src/compiler/bytes.ts'
import { EvaluationsSchema } from '../gateway/src/compiler/evaluation.ts'

const fruit = `package shop

fruit.apple.seeds := 12
fruit.apple.tags[tag] := 1 if some tag in input.tags
mix.a.pear.c := 4
mix.q := 1
colours contains colour if some colour in ["red", 2, 1.0, [3], "0"]
deny contains "a"
`
const prices = `package shop

fruit[name].price := price if some name, price in data.prices
mix.a[name].b contains tag if { some name, _ in data.prices; some tag in input.tags }
keys := {"0": "text", "a": {1: "number", "1": "text"}, "set": {9007199254740993, "9223372036854775808"}}
list := [{"x": 1}, "two"]
undef if false
deny contains "b"
f(x) := x
`
const modules = wireModules([
  { file: 'fruit.rego', source: fruit },
  { file: 'prices.rego', source: prices },
])
const files = ['fruit.rego', 'prices.rego']
const data = { prices: { apple: 1.5, pear: 2 } }
const input = { tags: ['ripe', 'red'] }

/** Below `data.shop`. */
const paths =
  `fruit fruit/apple fruit/apple/seeds fruit/apple/price fruit/apple/tags fruit/apple/tags/ripe fruit/pear
  fruit/pear/price fruit/melon fruit/melon/price mix mix/a mix/a/pear mix/a/pear/b mix/a/pear/b/red mix/a/pear/c mix/q
  colours colours/red colours/0 colours/1 colours/2 colours/02 colours/blue keys/a keys/a/1 keys/set/9007199254740993
  keys/set/9223372036854775808 list/0 list/+1 list/0/x list/2 undef undef/x deny deny/b f f/x absent`.split(
    /\s+/,
  )
const asked = ['shop', ...paths.map((path) => `shop/${path}`)]

type Start = (unit: JsonObject) => Promise<Engine>

const startPlan: Start = async ({ plan }) =>
  createPlanEngine(optimise(plan), { builtins: await loadBuiltins() })

const startWasm: Start = async ({ wasm }) =>
  createWasmEngine(await compileUnit(bytesOf(wasm)), { builtins: await loadBuiltins() })

const NamesSchema = v.object({
  entrypoints: v.array(v.string()),
  packages: v.array(v.string()),
  functions: v.array(v.string()),
})

/** `units` are the files each has rules of; it is given all of them. */
test.each([
  ['plan', startPlan, [files]],
  ['wasm', startWasm, [files]],
  ['plan, a unit for each file', startPlan, files.map((file) => [file])],
])('%s: a path leads where it does in OPA', (_, start, units) =>
  withToolchain(async ({ ask }) => {
    const unitOf = async (own: readonly string[]) => {
      const unit = await ask('compile', { modules, own, builtins: capabilities })
      const engine = await start(unit)
      engine.setData(sourceOfValue(data))
      return { ...v.parse(NamesSchema, unit), engine }
    }
    const started = await Promise.all(units.map(unitOf))
    const evaluator = createPolicyEvaluator({ units: started, document: data })
    const answers = (): Answers =>
      asked.map((path) => [path, evaluator.answer(path.split('/'), sourceOfValue(input))])
    const questions = asked.map((entrypoint) => ({ entrypoint, input }))
    const { outcomes } = v.parse(EvaluationsSchema, await ask('eval', { modules, data, questions }))
    // OPA's compiler refuses a path of which it can tell that it leads nowhere.
    const native = outcomes.map((outcome, at) => [
      asked[at],
      'value' in outcome ? outcome.value : undefined,
    ])
    expect(answers()).toEqual(native)
    // The second time the rules are known.
    expect(answers()).toEqual(native)
  }),
)

type Answers = readonly (readonly [path: string, value: Json | undefined])[]
