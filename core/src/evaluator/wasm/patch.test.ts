import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'

import { applyPatch, PatchError, type PatchOperation } from '../../bundle/patch.ts'
import type { Json } from '../../json/json.ts'
import { formatPointer } from '../../json/pointer.ts'
import { sourceOfValue } from '../../json/source.ts'
import { stringifyJson } from '../../json/stringify.ts'
import { compileFixture } from '../fixtures/fixtures.ts'
import { createWasmEngine } from './engine.ts'
import { targetsOf } from './patch-targets.ts'
import { startPolicy } from './policy.ts'
import type { WasmModule } from './webassembly.ts'

let shapes: WasmModule

beforeAll(async () => {
  shapes = await compileFixture('shapes')
})

const keys = fc.constantFrom('a', 'b', '', '~/', '0', '1', '__proto__', 'ä\ud83d\ude00')
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    fc.constantFrom(
      null,
      1,
      'x',
      445611193265040129n,
      'a longer text, which takes a block of its own, and more',
    ),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(keys, tie('json'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))
const path = fc
  .array(fc.oneof(keys, fc.constantFrom('-', '2')), { maxLength: 3 })
  .map((segments) => formatPointer(['node', ...segments]))
const operation: fc.Arbitrary<PatchOperation> = fc.oneof(
  fc.record({ op: fc.constantFrom('add', 'replace'), path, value: json }),
  fc.record({ op: fc.constant('remove'), path }),
)
const patch = fc.array(operation, { minLength: 1, maxLength: 3 })

function applied(document: Json, operations: readonly PatchOperation[]): Json | undefined {
  try {
    return applyPatch(document, operations)
  } catch (error) {
    if (error instanceof PatchError) return undefined
    throw error
  }
}

it('patched data is the data that would have been loaded, whatever the patches', () => {
  const engine = createWasmEngine(shapes, { builtins: new Map() })
  const rebuilt = createWasmEngine(shapes, { builtins: new Map() })
  fc.assert(
    fc.property(json, fc.array(patch, { maxLength: 12 }), (node, patches) => {
      let document: Json = { node }
      engine.setData(sourceOfValue(document))
      for (const operations of patches) {
        const next = applied(document, operations)
        if (next === undefined) continue
        document = next
        engine.patchData(sourceOfValue(document), operations)
      }
      rebuilt.setData(sourceOfValue(document))
      expect(stringifyJson(engine.evaluate('shapes/document', undefined) ?? 'nothing')).toBe(
        stringifyJson(rebuilt.evaluate('shapes/document', undefined) ?? 'nothing'),
      )
    }),
    { numRuns: 1000 },
  )
})

it('stays as large as it is over 20,000 patches, and answers by the last of them', () => {
  const policy = startPolicy(shapes, { builtins: new Map() })
  const users = Object.fromEntries(
    Array.from({ length: 2000 }, (_, id) => [`u${id}`, { roles: ['reader'], name: `user ${id}` }]),
  )
  policy.load(sourceOfValue({ node: { users } }))
  const bytes = policy.memoryBytes()
  for (let count = 0; count < 20_000; count++) {
    const roles = Array.from({ length: count % 5 }, (_, at) => `role-${at}-${count}`)
    const path = ['node', 'users', `u${count % 2000}`, 'roles']
    expect(policy.patch([{ path, value: roles }])).toBe(true)
  }
  expect(policy.memoryBytes()).toBe(bytes)
  const entrypoint = policy.entrypoints.get('shapes/document')
  const document = entrypoint && policy.decide(entrypoint, undefined)
  expect(document).toMatchObject({
    users: { u1999: { roles: ['role-0-19999', 'role-1-19999', 'role-2-19999', 'role-3-19999'] } },
  })
})

it('is left to be loaded anew where patches have made it much larger', () => {
  const policy = startPolicy(shapes, { builtins: new Map() })
  policy.load(sourceOfValue({ node: {} }))
  const value = 'x'.repeat(2 ** 20)
  expect(policy.patch([{ path: ['node', 'a'], value: 'x' }])).toBe(true)
  expect(policy.patch([{ path: ['node', 'b'], value }])).toBe(false)
})

it('does not touch what one operation made and another goes through', () => {
  const operations: PatchOperation[] = [
    { op: 'replace', path: '/node/a', value: {} },
    { op: 'add', path: '/node/a/b', value: 1 },
  ]
  expect(targetsOf({ node: { a: { b: 1 } } }, operations)).toBeUndefined()
  expect(
    targetsOf({ node: {} }, [{ op: 'replace', path: '', value: { node: {} } }]),
  ).toBeUndefined()
  expect(targetsOf({ node: { a: [[1]] } }, [{ op: 'add', path: '/node/a/0/0', value: 1 }])).toEqual(
    [{ path: ['node', 'a'], value: [[1]] }],
  )
})
