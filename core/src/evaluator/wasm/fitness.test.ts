import { describe, expect, it } from 'vitest'

import { readLines } from '../fixtures/fixtures.ts'
import { wasmFaults } from './fitness.ts'

type Row = readonly [fault: string, faulty: string, plan: unknown, fit: string, plan: unknown]

const rows = (await readLines('fitness.plans.jsonl')).map((line) => JSON.parse(line) as Row)

describe('plans as OPA makes them', () => {
  it.each(rows)('%s: %s', (fault, _faulty, plan) => {
    expect(wasmFaults(plan)).toEqual([expect.stringContaining(fault)])
  })

  it.each(rows.map(([, , , fit, plan]) => [fit, plan] as const))('fit: %s', (_fit, plan) => {
    expect(wasmFaults(plan)).toEqual([])
  })
})

it('names every fault once, of whatever function', () => {
  const read = (key: unknown): unknown => ({
    type: 'DotStmt',
    stmt: { source: local(1), key, target: 3 },
  })
  const divide = { type: 'CallStmt', stmt: { func: 'div', args: [local(2), local(3)], result: 4 } }
  const blocks = [{ stmts: [read({ type: 'string_index', value: 0 }), divide, divide] }]
  const plan = {
    static: { strings: [{ value: '1' }] },
    plans: { plans: [{ blocks }] },
    funcs: { funcs: [{ blocks }, { blocks: [{ stmts: null }] }] },
  }
  expect(wasmFaults(plan)).toHaveLength(2)
})

it('knows nothing of a value any more once something else may be in its place', () => {
  const make = { type: 'MakeArrayStmt', stmt: { target: 2 } }
  const once = { type: 'AssignVarOnceStmt', stmt: { source: local(0), target: 2 } }
  const concat = {
    type: 'CallStmt',
    stmt: { func: 'concat', args: [local(0), local(2)], result: 3 },
  }
  expect(wasmFaults(planOf([make, concat]))).toEqual([])
  expect(wasmFaults(planOf([make, once, concat]))).toHaveLength(1)
})

it('takes no function for a rule', () => {
  const called = (args: readonly unknown[]): unknown => ({
    static: {},
    plans: { plans: [] },
    funcs: {
      funcs: [
        { name: 'f', params: [0, 1, 2], blocks: [] },
        { blocks: [{ stmts: [{ type: 'CallStmt', stmt: { func: 'f', args, result: 4 } }] }] },
      ],
    },
  })
  expect(wasmFaults(called([local(0), local(1), local(3)]))).toEqual([])
  expect(wasmFaults(called([local(0), local(1)]))).toHaveLength(1)
})

function planOf(stmts: readonly unknown[]): unknown {
  return { static: {}, plans: { plans: [] }, funcs: { funcs: [{ blocks: [{ stmts }] }] } }
}

function local(value: number): unknown {
  return { type: 'local', value }
}
