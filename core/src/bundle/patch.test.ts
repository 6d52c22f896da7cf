import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { equalJson, isJsonObject } from '../json/equal.ts'
import type { Json } from '../json/json.ts'
import { parseJson } from '../json/parse.ts'
import { formatPointer, parsePointer } from '../json/pointer.ts'
import { stringifyJson } from '../json/stringify.ts'
import { applyPatch, parsePatch, PatchError, type PatchOperation } from './patch.ts'

describe('applyPatch', () => {
  it.each<[string, string, string, string]>([
    ['adds a member', '{"a":1}', '[{"op":"add","path":"/b","value":2}]', '{"a":1,"b":2}'],
    ['add replaces a member', '{"a":1}', '[{"op":"add","path":"/a","value":2}]', '{"a":2}'],
    ['inserts an item', '[1,3]', '[{"op":"add","path":"/1","value":2}]', '[1,2,3]'],
    ['appends by length', '[1]', '[{"op":"add","path":"/1","value":2}]', '[1,2]'],
    ['appends by -', '{"a":[1]}', '[{"op":"add","path":"/a/-","value":2}]', '{"a":[1,2]}'],
    ['replaces an item', '[1,2]', '[{"op":"replace","path":"/0","value":null}]', '[null,2]'],
    ['removes an item', '[1,2,3]', '[{"op":"remove","path":"/1"}]', '[1,3]'],
    ['removes a member', '{"a":{"b":1,"":2}}', '[{"op":"remove","path":"/a/"}]', '{"a":{"b":1}}'],
    ['replaces the whole', '{"a":1}', '[{"op":"replace","path":"","value":[1.0]}]', '[1.0]'],
    [
      'unescapes',
      '{"a/b":{"~":1}}',
      '[{"op":"replace","path":"/a~1b/~0","value":2}]',
      '{"a/b":{"~":2}}',
    ],
    [
      'goes into what it added',
      '{}',
      '[{"op":"add","path":"/a","value":{}},{"op":"add","path":"/a/b","value":1}]',
      '{"a":{"b":1}}',
    ],
    [
      'keeps digits',
      '{"id":1}',
      '[{"op":"add","path":"/id","value":445611193265040129}]',
      '{"id":445611193265040129}',
    ],
    [
      'adds __proto__ as a member',
      '{}',
      '[{"op":"add","path":"/__proto__","value":{"admin":true}}]',
      '{"__proto__":{"admin":true}}',
    ],
    [
      'goes through __proto__',
      '{"__proto__":{"a":1}}',
      '[{"op":"replace","path":"/__proto__/a","value":2}]',
      '{"__proto__":{"a":2}}',
    ],
    [
      'removes __proto__',
      '{"__proto__":1,"a":1}',
      '[{"op":"remove","path":"/__proto__"}]',
      '{"a":1}',
    ],
  ])('%s', (_, document, patch, expected) => {
    expect(stringifyJson(applyPatch(parseJson(document), parsePatch(patch)))).toBe(expected)
  })

  it.each<[string, string, PatchOperation]>([
    ['a missing member', '{}', { op: 'replace', path: '/a', value: 1 }],
    ['a missing parent', '{}', { op: 'add', path: '/a/b', value: 1 }],
    ['a scalar parent', '{"a":1}', { op: 'add', path: '/a/b', value: 1 }],
    ['a number kept by its text', '{"a":1.0}', { op: 'replace', path: '/a/text', value: 1 }],
    ['an inherited member', '{}', { op: 'remove', path: '/toString' }],
    ['the prototype', '{}', { op: 'replace', path: '/__proto__/admin', value: true }],
    ['the length of an array', '[1]', { op: 'replace', path: '/length', value: 0 }],
    ['an item beyond the end', '[1]', { op: 'add', path: '/2', value: 1 }],
    ['- where nothing is added', '[1]', { op: 'replace', path: '/-', value: 1 }],
    ['an index with a leading zero', '[1,2]', { op: 'remove', path: '/01' }],
    ['the removal of everything', '{}', { op: 'remove', path: '' }],
    ['a path that is no pointer', '{"a":1}', { op: 'remove', path: 'a' }],
  ])('refuses %s, and nothing happened', (_, document, operation) => {
    const before = parseJson(document)
    const first: PatchOperation = { op: 'add', path: '', value: before }
    const error = errorOf(() => applyPatch(before, [first, operation]))
    expect(error).toMatchObject({ code: 'ERR_PATCH', index: 1, path: operation.path })
    expect(stringifyJson(before)).toBe(document)
  })

  it('shares what it did not change, and copies a container once', () => {
    const document = { big: { x: [1] }, users: { a: { role: 'x' }, b: {} } }
    const after = applyPatch(document, [
      { op: 'replace', path: '/users/a/role', value: 'y' },
      { op: 'add', path: '/users/c', value: {} },
    ]) as typeof document
    expect(after.big).toBe(document.big)
    expect(after.users.b).toBe(document.users.b)
    expect(document).toEqual({ big: { x: [1] }, users: { a: { role: 'x' }, b: {} } })
    expect(after.users).toEqual({ a: { role: 'y' }, b: {}, c: {} })
  })

  it('leaves the values it was given alone', () => {
    const value = { list: [1] }
    applyPatch({}, [
      { op: 'add', path: '/a', value },
      { op: 'add', path: '/a/list/-', value: 2 },
    ])
    expect(value).toEqual({ list: [1] })
  })

  it('does what a naive patch of a copy does', () => {
    const keys = fc.constantFrom('a', 'b', '', '~/', '0', '1', '__proto__')
    const { json } = fc.letrec<{ json: Json }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 4, depthSize: 'medium' },
        fc.constantFrom(null, 1, 'x'),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(keys, tie('json'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }))
    const path = fc
      .array(fc.oneof(keys, fc.constantFrom('-', '2')), { maxLength: 3 })
      .map(formatPointer)
    const operation: fc.Arbitrary<PatchOperation> = fc.oneof(
      fc.record({ op: fc.constantFrom('add', 'replace'), path, value: json }),
      fc.record({ op: fc.constant('remove'), path }),
    )
    fc.assert(
      fc.property(json, fc.array(operation, { maxLength: 4 }), (document, operations) => {
        const before = stringifyJson(document)
        const expected = attempt(() => naivePatch(document, operations))
        expect(
          equalJson(
            attempt(() => applyPatch(document, operations)),
            expected,
          ),
        ).toBe(true)
        expect(stringifyJson(document)).toBe(before)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('parsePatch', () => {
  it('drops what is no part of an operation', () => {
    expect(parsePatch('[{"op":"remove","path":"/a","value":1,"note":2}]')).toEqual([
      { op: 'remove', path: '/a' },
    ])
  })

  it.each([
    ['{}', 'operation 0 at "": a patch is an array of operations'],
    ['[1]', 'operation 0 at "": an operation is an object'],
    ['[{"op":"add","value":1}]', 'operation 0 at "": path is missing'],
    ['[{"op":"add","path":"/a"}]', 'operation 0 at "/a": value is missing'],
    [
      '[{"op":"move","path":"/a","from":"/b"}]',
      'operation 0 at "/a": op is none of add, replace, remove',
    ],
    [
      '[{"op":"remove","path":"/a"},{"op":"remove","path":"a"}]',
      'operation 1 at "a": not a JSON Pointer: "a"',
    ],
  ])('refuses %s', (text, message) => {
    expect(errorOf(() => parsePatch(text)).message).toBe(message)
  })
})

function errorOf(action: () => unknown): PatchError {
  try {
    action()
  } catch (error) {
    if (error instanceof PatchError) return error
  }
  throw new Error('expected a PatchError')
}

function attempt(action: () => Json): Json {
  try {
    return action()
  } catch {
    return 'refused'
  }
}

type Tree = null | boolean | number | string | Tree[] | Map<string, Tree>

/** RFC 6902, section 4, on a copy whose objects are maps, so that no key is special. */
function naivePatch(document: Json, operations: readonly PatchOperation[]): Json {
  const holder = [toTree(document)]
  for (const operation of operations) {
    const path = parsePointer(operation.path)
    if (path.length === 0 && operation.op === 'remove') throw new Error()
    if (path.length === 0 && operation.op !== 'remove') holder[0] = toTree(operation.value)
    else applyNaively(parentOf(holder[0] ?? null, path), path.at(-1) ?? '', operation)
  }
  return fromTree(holder[0] ?? null)
}

function parentOf(root: Tree, path: readonly string[]): Tree {
  let parent: Tree | undefined = root
  for (const segment of path.slice(0, -1)) {
    parent =
      parent instanceof Map
        ? parent.get(segment)
        : Array.isArray(parent)
          ? parent[indexIn(segment)]
          : undefined
  }
  return parent ?? null
}

function applyNaively(parent: Tree, key: string, operation: PatchOperation): void {
  const value = operation.op === 'remove' ? null : toTree(operation.value)
  if (parent instanceof Map) {
    if (operation.op !== 'add' && !parent.has(key)) throw new Error()
    if (operation.op === 'remove') parent.delete(key)
    else parent.set(key, value)
  } else if (Array.isArray(parent)) {
    const at = operation.op === 'add' && key === '-' ? parent.length : indexIn(key)
    const inserted = operation.op === 'remove' ? [] : [value]
    if (at > parent.length - (operation.op === 'add' ? 0 : 1)) throw new Error()
    parent.splice(at, operation.op === 'add' ? 0 : 1, ...inserted)
  } else throw new Error()
}

function indexIn(segment: string): number {
  if (String(Number.parseInt(segment)) !== segment) throw new Error()
  return Number(segment)
}

function toTree(value: Json): Tree {
  if (Array.isArray(value)) return value.map(toTree)
  if (isJsonObject(value))
    return new Map(Object.entries(value).map(([key, member]) => [key, toTree(member)]))
  return value as null | boolean | number | string
}

function fromTree(tree: Tree): Json {
  if (Array.isArray(tree)) return tree.map(fromTree)
  if (!(tree instanceof Map)) return tree
  return Object.fromEntries([...tree].map(([key, member]) => [key, fromTree(member)]))
}
