import { capabilities } from '@vedette/core/evaluator/builtins/capabilities'
import { loadBuiltins } from '@vedette/core/evaluator/builtins/table'
import type { Engine } from '@vedette/core/evaluator/evaluator'
import { optimise } from '@vedette/core/evaluator/plan/optimiser/optimise'
import { createPlanEngine, programBuiltins } from '@vedette/core/evaluator/plan/runtime/engine'
import type { Json } from '@vedette/core/json/json'
import { sourceOfValue } from '@vedette/core/json/source'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { BUILD_MS, startCompiler } from '../compiler/compiler.support.ts'
import type { WarmCompiler } from '../compiler/compiler.ts'
import type { Candidate } from './parity.ts'
import { differenceFrom } from './parity.ts'

let compiler: WarmCompiler
beforeAll(async () => {
  compiler = await startCompiler({ builtins: capabilities })
}, BUILD_MS)
afterAll(() => compiler.close())

const source = `package role

default allow := false
allow if {
  input.user == "alice"
  input.level > 3
  some role in data.node.roles
  role == input.role
}
conflict := input.user
conflict := input.role`
const document = { node: { roles: ['reader', 'writer'] } }

async function candidateOf(text: string, data: Json): Promise<Candidate> {
  const modules = [{ file: 'role.rego', source: text }]
  const result = await compiler.compile(modules)
  if ('errors' in result) throw new Error(JSON.stringify(result.errors))
  const { plan, entrypoints } = result.unit
  const program = optimise(plan)
  const builtins = programBuiltins(program)
  const engine = createPlanEngine(program, { builtins: await loadBuiltins(builtins) })
  engine.setData(sourceOfValue(data))
  return { modules, plan, entrypoints, builtins, engine, document: data }
}

function lying(engine: Engine, from: Json, to: Json): Engine {
  return {
    ...engine,
    evaluate(entrypoint, input) {
      const answer = engine.evaluate(entrypoint, input)
      return answer === from ? to : answer
    },
  }
}

test('an engine that answers as OPA does differs in nothing, also where both fail', async () => {
  expect(await differenceFrom(await candidateOf(source, document), compiler)).toBeUndefined()
})

test('an engine that says yes once too often is found out, and told of with the input', async () => {
  const candidate = await candidateOf(source, document)
  const engine = lying(candidate.engine, false, true)
  expect(await differenceFrom({ ...candidate, engine }, compiler)).toBe(
    'role/allow of {}: OPA false, here true',
  )
})

test('what only shows with the right input is found out as well', async () => {
  const text = source.replace('some role in data.node.roles', 'some role in {"reader", "x"}')
  const candidate = await candidateOf(text, document)
  const engine = lying(candidate.engine, true, false)
  expect(await differenceFrom({ ...candidate, engine }, compiler)).toMatch(
    /^role\/allow of \{.*"alice".*\}: OPA true, here false$/,
  )
})

test('a policy that looks at the clock is compared with nobody', async () => {
  const candidate = await candidateOf('package role\nnow := time.now_ns()', document)
  expect(await differenceFrom(candidate, compiler)).toBeUndefined()
})

test('whoever else has something to do has its turn between two questions', async () => {
  const candidate = await candidateOf(source, document)
  let turns = 0
  const timer = setInterval(() => turns++, 0)
  let asked = 0
  const engine: Engine = {
    ...candidate.engine,
    evaluate(entrypoint, input) {
      asked++
      const end = performance.now() + 2
      while (performance.now() < end);
      return candidate.engine.evaluate(entrypoint, input)
    },
  }
  await differenceFrom({ ...candidate, engine }, compiler)
  clearInterval(timer)
  expect(turns).toBeGreaterThan(asked / 2)
})
