import { setImmediate as breathe } from 'node:timers/promises'

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
import type { Question, Sides } from './parity.ts'
import { compare, isConstant } from './parity.ts'
import { probesOf } from './probes.ts'

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

interface Asked {
  readonly sides: Sides
  readonly questions: readonly Question[]
}

async function askedOf(text: string, data: Json): Promise<Asked> {
  const modules = [{ file: 'role.rego', source: text }]
  const result = await compiler.compile(modules)
  if ('errors' in result) throw new Error(JSON.stringify(result.errors))
  const { plan, entrypoints } = result.unit
  const program = optimise(plan)
  const builtins = programBuiltins(program)
  const engine = createPlanEngine(program, { builtins: await loadBuiltins(builtins) })
  engine.setData(sourceOfValue(data))
  const questions = entrypoints.flatMap((entrypoint) =>
    probesOf(plan).map((input) => ({ entrypoint, input })),
  )
  return { questions, sides: { modules, builtins, engine, document: data } }
}

async function differenceIn({ questions, sides }: Asked, engine = sides.engine): Promise<unknown> {
  const tools = { compiler, pause: breathe }
  return (await compare(questions, { ...sides, engine }, tools)).difference
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
  expect(await differenceIn(await askedOf(source, document))).toBeUndefined()
})

test('an engine that says yes once too often is found out, and told of with the input', async () => {
  const asked = await askedOf(source, document)
  const engine = lying(asked.sides.engine, false, true)
  expect(await differenceIn(asked, engine)).toBe('role/allow of {}: OPA false, here true')
})

test('what only shows with the right input is found out as well', async () => {
  const text = source.replace('some role in data.node.roles', 'some role in {"reader", "x"}')
  const asked = await askedOf(text, document)
  expect(await differenceIn(asked, lying(asked.sides.engine, true, false))).toMatch(
    /^role\/allow of \{.*"alice".*\}: OPA true, here false$/,
  )
})

test('of a policy that looks at the clock OPA is asked alone', async () => {
  const { sides } = await askedOf('package role\nnow := time.now_ns()', document)
  expect(isConstant(sides)).toBe(false)
  const findings = await compare([{ entrypoint: 'role/now' }], sides, { compiler, pause: breathe })
  expect(findings).toMatchObject({
    difference: undefined,
    outcomes: [{ value: expect.anything() }],
  })
})

test('whoever else has something to do has its turn between two questions', async () => {
  const asked = await askedOf(source, document)
  let pauses = 0
  const pause = async (): Promise<void> => void pauses++
  await compare(asked.questions, asked.sides, { compiler, pause })
  expect(pauses).toBe(asked.questions.length)
})
