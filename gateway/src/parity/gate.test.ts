import { capabilities } from '@vedette/core/evaluator/builtins/capabilities'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import type { RegoModule } from '../catalog/units/compile.ts'
import type { UnitCandidate } from '../catalog/units/gate.ts'
import { unitFrom, withWasm } from '../catalog/units/units.ts'
import { BUILD_MS, startCompiler } from '../compiler/compiler.support.ts'
import type { WarmCompiler } from '../compiler/compiler.ts'
import type { GateOptions } from './gate.ts'
import { createGate } from './gate.ts'

let compiler: WarmCompiler
beforeAll(async () => {
  compiler = await startCompiler({ builtins: capabilities })
}, BUILD_MS)
afterAll(() => compiler.close())

const log = pino({ enabled: false })
const policy = { name: 'role', version: '1.0.0' }
const checks = { tests: [], examples: [] }
const document = { node: { role: 'reader' } }

async function candidateOf(source: string): Promise<UnitCandidate> {
  const modules = [{ file: 'role.rego', source }]
  const result = await compiler.compile(modules)
  if ('errors' in result) throw new Error(JSON.stringify(result.errors))
  const { plan } = result.unit
  const made = unitFrom('role', result.unit)
  return { policy, checks, made, plan, modules, document }
}

/** A unit of other sources than it says: what runs is the first, what OPA is asked is the second. */
async function mistakenFor(running: string, asked: string): Promise<UnitCandidate> {
  return { ...(await candidateOf(asked)), made: (await candidateOf(running)).made }
}

const right = 'package role\nallow := input.role == data.node.role'
const wrong = 'package role\nallow := true'

function gateWith(options: Partial<GateOptions> = {}): ReturnType<typeof createGate> {
  const idle = (): Promise<void> => Promise.resolve()
  return createGate({ compiler, log, idle, withdraw: vi.fn(), patienceMs: 60_000, ...options })
}

test('a unit that answers as OPA does passes', async () => {
  expect(await gateWith()(await candidateOf(right))).toBeUndefined()
})

test('a unit that answers otherwise is refused, with what was asked and answered', async () => {
  expect(await gateWith()(await mistakenFor(wrong, right))).toMatchObject({
    file: 'role.rego',
    row: 1,
    code: 'ERR_PARITY',
    message: expect.stringContaining('role of {}: OPA {}, here {"allow":true}'),
  })
})

test('nobody waits longer than the patience lasts: what differs is withdrawn, and refused the next time', async () => {
  const withdrawn = Promise.withResolvers<unknown[]>()
  const release = Promise.withResolvers<void>()
  const slow: GateOptions['compiler'] = {
    ...compiler,
    evaluate: async (...question) => {
      await release.promise
      return compiler.evaluate(...question)
    },
  }
  const withdraw: GateOptions['withdraw'] = async (...call) => withdrawn.resolve(call)
  const gate = gateWith({ compiler: slow, withdraw, patienceMs: 1 })
  const candidate = await mistakenFor(wrong, right)
  expect(await gate(candidate)).toBeUndefined()
  release.resolve()
  expect(await withdrawn.promise).toEqual([
    candidate,
    expect.stringContaining('here {"allow":true}'),
  ])
  expect(await gate(candidate)).toMatchObject({ code: 'ERR_PARITY' })
})

test('what only the wasm engine runs, runs its tests there', async () => {
  const tests = [
    {
      file: 'role/role_test.rego',
      source: 'package role_test\ntest_a if data.role.allow with input as {}',
    },
  ]
  const candidate = await candidateOf(right)
  const { program, ...unit } = candidate.made.unit
  expect(program).toBeDefined()
  const wasm = await compiler.wasm(candidate.modules)
  if ('errors' in wasm) throw new Error(JSON.stringify(wasm.errors))
  const made = withWasm({ unit, blobs: new Map() }, wasm.wasm)
  const planless: GateOptions['compiler'] = {
    ...compiler,
    plan: async (...asked) => withoutProgram(await compiler.plan(...asked)),
    wasm: (modules, own) => compiler.wasm(modules.map(misread), own),
  }
  const gate = gateWith({ compiler: planless })
  expect(await gate({ ...candidate, made, checks: { tests, examples: [] } })).toMatchObject({
    message: expect.stringContaining('role_test/test_a: OPA undefined, here true'),
  })
})

function misread({ file, source }: RegoModule): RegoModule {
  return { file, source: source.replace(right, wrong) }
}

/** As if the policy called what the plan engine does not have. */
function withoutProgram(result: Awaited<ReturnType<WarmCompiler['plan']>>): typeof result {
  if ('errors' in result) return result
  const plan = { ...result.unit.plan, static: { builtin_funcs: [{ name: 'unheard.of' }] } }
  return { unit: { ...result.unit, plan } }
}

test('a comparison that fails says nothing of the policy', async () => {
  const broken = { ...compiler, evaluate: () => Promise.reject(new Error('gone')) }
  expect(await gateWith({ compiler: broken })(await candidateOf(right))).toBeUndefined()
})

test('a policy that takes very many steps is compared as far as it goes', async () => {
  const long = 'package role\nallow if { some x in numbers.range(1, 200000); x == input.last }'
  expect(await gateWith()(await candidateOf(long))).toBeUndefined()
})
