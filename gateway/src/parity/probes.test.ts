import { expect, test } from 'vitest'

import { probesOf } from './probes.ts'

const local = (value: number) => ({ type: 'local', value })
const text = (value: number) => ({ type: 'string_index', value })
const plan = {
  static: {
    strings: ['user', 'alice', 'resource', 'path', '/docs', '3'].map((value) => ({ value })),
  },
  funcs: {
    funcs: [
      {
        blocks: [
          {
            stmts: [
              { type: 'DotStmt', stmt: { source: local(0), key: text(0), target: 2 } },
              { type: 'EqualStmt', stmt: { a: local(2), b: text(1) } },
              { type: 'DotStmt', stmt: { source: local(0), key: text(2), target: 3 } },
              {
                type: 'NotStmt',
                stmt: {
                  block: {
                    stmts: [
                      { type: 'DotStmt', stmt: { source: local(3), key: text(3), target: 4 } },
                      { type: 'AssignVarStmt', stmt: { source: local(4), target: 5 } },
                      { type: 'CallStmt', stmt: { func: 'startswith', args: [local(5), text(4)] } },
                    ],
                  },
                },
              },
              { type: 'MakeNumberRefStmt', stmt: { index: 5, Index: 5, target: 6 } },
              { type: 'CallStmt', stmt: { func: 'gt', args: [local(2), local(6)] } },
            ],
          },
        ],
      },
    ],
  },
}

test('twenty inputs, from none to one where every comparison holds, with right, wrong and missing members', () => {
  const probes = probesOf(plan)
  expect(probes).toHaveLength(20)
  expect(probes[0]).toEqual({})
  expect(probes[1]).toEqual({ user: 'alice', resource: { path: '/docs' } })
  const users = new Set(probes.map((probe) => JSON.stringify((probe as { user?: unknown }).user)))
  expect([...users]).toEqual(expect.arrayContaining([undefined, '"alice"', '4']))
  expect(probesOf(plan)).toEqual(probes)
})

test('a plan that reads nothing is asked with nothing', () => {
  const probes = probesOf({ static: {}, funcs: { funcs: null } })
  expect(new Set(probes.map((probe) => JSON.stringify(probe)))).toEqual(new Set(['{}']))
})
