import fc from 'fast-check'
import { expect, test } from 'vitest'

import { readLoosely } from './python-literal.ts'

/** As Python's repr writes it, with tuples for lists. */
function pythonRepr(value: unknown): string {
  if (typeof value === 'string') return `'${value.replaceAll(/['\\]/g, '\\$&')}'`
  if (Array.isArray(value)) return `(${value.map((item) => `${pythonRepr(item)},`).join(' ')})`
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value).map(
      ([name, member]) => `${pythonRepr(name)}: ${pythonRepr(member)},`,
    )
    return `{${members.join(' ')}}`
  }
  const words = new Map<unknown, string>([
    [true, 'True'],
    [false, 'False'],
    [null, 'None'],
  ])
  return words.get(value) ?? String(value)
}

/** Of letters in which the two spellings differ, or which are both to leave alone. */
const text = fc.string({
  unit: fc.constantFrom("'", '"', '\\', '(', ')', ',', ']', ' ', 'True', 'None', 'é', 'x'),
})
const value = fc.jsonValue({ maxDepth: 3 }).map((any) => JSON.parse(JSON.stringify(any)) as unknown)
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(text, tie('tree'), { maxKeys: 3 }),
  ),
}))

test('JSON is read as JSON', () => {
  fc.assert(
    fc.property(value, (each) => {
      expect(readLoosely(JSON.stringify(each))).toEqual(each)
    }),
  )
})

test('a literal of Python is read as the JSON it stands for', () => {
  fc.assert(
    fc.property(tree, (each) => {
      expect(readLoosely(pythonRepr(each))).toEqual(each)
    }),
  )
})

test('anything else is nothing', () => {
  expect(readLoosely('(1, 2')).toBeUndefined()
  fc.assert(
    fc.property(fc.string(), (each) => {
      expect(() => readLoosely(each)).not.toThrow()
    }),
  )
})
