import { beforeAll, describe, expect, it } from 'vitest'

import type { Json } from '../json/json.ts'
import { parseJson } from '../json/parse.ts'
import { sourceOfText, sourceOfValue } from '../json/source.ts'
import { stringifyJson } from '../json/stringify.ts'
import { loadBuiltins } from './builtins/table.ts'
import type { Engine } from './evaluator.ts'
import { compileFixture } from './fixtures/fixtures.ts'
import { valueInside } from './inside.ts'
import { createPolicyEvaluator, type PolicyEvaluator } from './query.ts'
import { toJson } from './value-json.ts'
import { createWasmEngine } from './wasm/engine.ts'

const document = parseJson(
  '{"node":{"role":["a",{"id":445611193265040129}],"__proto__":{"x":1}},"a":{"base":1,"b":{"rule":"hidden","deep":{"x":1}}}}',
)

/** An engine of fixed answers that remembers what it was asked. */
function createEngine(
  answers: Readonly<Record<string, Json | undefined>>,
): Engine & { asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    entrypoints: Object.keys(answers),
    evaluate: (name, _, inside = []) => {
      asked.push(name)
      if (inside.length === 0) return answers[name]
      const value = valueInside(answers[name], inside)
      return value === undefined ? undefined : toJson(value)
    },
    setData: () => {},
    patchData: () => {},
  }
}

const first = createEngine({
  'a/b/rule': [{ x: 1 }, 'two'],
  'a/b/absent': undefined,
  'a/b/deep/y': true,
  'a/b/__proto__': { admin: true },
  'a/b/many': { one: { x: 1, y: 2 }, two: { x: 3 } },
  'a/b/many/one/y': 2,
})
const second = createEngine({ 'a/c': { whole: 1, sub: { z: 1 } }, 'a/c/whole': 1 })

const evaluator = createPolicyEvaluator({
  units: [
    { entrypoints: first.entrypoints, packages: ['a/b', 'e'], functions: ['a/b/f'], engine: first },
    { entrypoints: second.entrypoints, packages: ['a/c'], functions: [], engine: second },
  ],
  document: () => document,
})

function answer(path: string): string | undefined {
  const value = evaluator.answer(path.split('/').filter(Boolean), undefined)
  return value === undefined ? undefined : stringifyJson(value)
}

describe('composed from fixed answers', () => {
  it.each<[string, string, string | undefined]>([
    ['a rule', 'a/b/rule', '[{"x":1},"two"]'],
    ['a value in a rule', 'a/b/rule/0/x', '1'],
    ['no value in a rule', 'a/b/rule/length', undefined],
    ['a value in a rule, beside another rule', 'a/b/many/one/x', '1'],
    ['a value in a rule, with another rule in it', 'a/b/many/one', '{"x":1,"y":2}'],
    ['a rule in a rule', 'a/b/many/one/y', '2'],
    ['a rule, without the base document', 'a/b/rule', '[{"x":1},"two"]'],
    ['an undefined rule', 'a/b/absent', undefined],
    ['a rule of a package that is compiled whole', 'a/c/whole', '1'],
    ['a package compiled whole', 'a/c', '{"whole":1,"sub":{"z":1}}'],
    ['a rule with a path, over base data', 'a/b/deep', '{"x":1,"y":true}'],
    ['base data beside rules', 'a/b/deep/x', '1'],
    ['a base document', 'node/role', '["a",{"id":445611193265040129}]'],
    ['a value in a base document', 'node/role/1/id', '445611193265040129'],
    ['a member __proto__', 'node/__proto__/x', '1'],
    ['an inherited member', 'node/toString', undefined],
    ['no index', 'node/role/-1', undefined],
    ['something unknown', 'x/y', undefined],
    ['a package without rules', 'e', '{}'],
    ['a function', 'a/b/f', undefined],
    ['below a function', 'a/b/f/x', undefined],
    [
      'a package',
      'a/b',
      '{"rule":[{"x":1},"two"],"deep":{"x":1,"y":true},"__proto__":{"admin":true},"many":{"one":{"x":1,"y":2},"two":{"x":3}}}',
    ],
    ['base data beside packages', 'a/base', '1'],
  ])('%s', (_, path, expected) => {
    expect(answer(path)).toBe(expected)
  })

  it('parents and the root hold packages of all units and base documents', () => {
    const parent = '{"base":1,"b":' + answer('a/b') + ',"c":' + answer('a/c') + '}'
    expect(answer('a')).toBe(parent)
    expect(answer('')).toBe(`{"node":${answer('node')},"a":${parent},"e":{}}`)
  })

  it('a segment with a slash is one segment', () => {
    expect(evaluator.answer(['a/b', 'rule'], undefined)).toBeUndefined()
    expect(evaluator.answer(['a', 'b/rule'], undefined)).toBeUndefined()
  })

  it('asks for a rule once, and a package compiled whole in one go', () => {
    first.asked.length = second.asked.length = 0
    answer('a/b/rule')
    answer('a/c')
    expect([first.asked, second.asked]).toEqual([['a/b/rule'], ['a/c']])
  })
})

describe('over real units', () => {
  let real: PolicyEvaluator
  const data = {
    node: {
      users: { alice: { roles: ['reader'] } },
      roles: { reader: { permissions: [{ action: 'read', prefix: '/docs' }] } },
    },
  }
  const input = sourceOfText(
    '{"user":"alice","action":"read","resource":{"path":"/docs/1","owner":""},"list":[],"words":[]}',
  )

  beforeAll(async () => {
    const [rbac, shapes] = [
      createWasmEngine(await compileFixture('rbac'), { builtins: await loadBuiltins() }),
      createWasmEngine(await compileFixture('shapes'), { builtins: await loadBuiltins() }),
    ]
    for (const engine of [rbac, shapes]) engine.setData(sourceOfValue(data))
    real = createPolicyEvaluator({
      units: [
        { entrypoints: rbac.entrypoints, packages: ['authz'], functions: [], engine: rbac },
        {
          entrypoints: shapes.entrypoints,
          packages: ['shapes'],
          functions: ['shapes/double'],
          engine: shapes,
        },
      ],
      document: data,
    })
  })

  it('answers rules, values, packages, base documents and the root', () => {
    expect(real.answer(['authz', 'allow'], input)).toBe(true)
    const reason = 'alice may read below /docs'
    expect(real.answer(['authz', 'decision', 'reasons', reason], input)).toBe(reason)
    expect(real.answer(['authz', 'decision', 'reasons', '0'], input)).toBeUndefined()
    expect(real.answer(['authz'], input)).toEqual({
      allow: true,
      decision: { allow: true, reasons: ['alice may read below /docs'], user: 'alice' },
      reasons: ['alice may read below /docs'],
      list: ['alice'],
    })
    expect(real.answer(['shapes', 'double'], input)).toBeUndefined()
    expect(real.answer(['shapes', 'deep', 'inner', 'value'], input)).toBe(1)
    expect(real.answer(['node', 'users', 'alice'], input)).toEqual({ roles: ['reader'] })
    expect(Object.keys((real.answer([], input) ?? {}) as object)).toEqual([
      'node',
      'authz',
      'shapes',
    ])
  })
})
