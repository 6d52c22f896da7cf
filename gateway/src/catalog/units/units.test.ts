import { expect, test } from 'vitest'

import { fakeCompiler, tosca, update } from '../catalog.support.ts'
import { emptyDocument } from '../data/document.ts'
import { deploy } from '../policies/deploy.ts'
import type { Compiler } from './compile.ts'
import { isFitForWasm } from './units.ts'
import type { Deployed } from './workshop.ts'
import { createWorkshop } from './workshop.ts'

const nothing: Deployed = { policies: [], document: emptyDocument, units: new Map() }

/** A policy that calls builtins. */
function planOf(...builtins: readonly string[]): unknown {
  const args = [
    { type: 'local', value: 0 },
    { type: 'local', value: 1 },
  ]
  const stmts = builtins.map((func) => ({ type: 'CallStmt', stmt: { func, args, result: 2 } }))
  return {
    static: { builtin_funcs: builtins.map((name) => ({ name })) },
    plans: { plans: [] },
    funcs: { funcs: [{ name: 'g0.data.a.p', params: [0, 1], return: 2, blocks: [{ stmts }] }] },
  }
}

test('what OPA’s wasm runtime would answer otherwise is not fit for it', () => {
  expect(isFitForWasm(planOf('startswith'))).toBe(true)
  expect(isFitForWasm(planOf('div'))).toBe(false)
})

test('a policy that no engine answers as OPA does is refused, with its file and the reason', async () => {
  const fake = fakeCompiler()
  const compiler: Compiler = {
    ...fake,
    async plan(modules, own) {
      const result = await fake.plan(modules, own)
      return 'errors' in result
        ? result
        : { unit: { ...result.unit, plan: planOf('div', 'nobody.has') } }
    },
  }
  const change = update({ deploy: [tosca('role', { version: '1.0.0', rego: { role: '' } })] })
  const { next, outcome } = await deploy(nothing, change, { workshop: createWorkshop(compiler) })
  expect(next?.units.size ?? 0).toBe(0)
  expect(outcome.deployed).toEqual([])
  expect(outcome.deployErrors).toEqual([
    expect.stringMatching(
      /role\.rego:1:1: ERR_ENGINE_UNFIT: .*nobody.has is missing; div computes/,
    ),
  ])
})
