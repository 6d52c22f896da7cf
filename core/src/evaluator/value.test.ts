import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { Decimal } from '../json/decimal.ts'
import { parseJson } from '../json/parse.ts'
import { compareValues, getMember, isEqual, objectOf, RegoObject, RegoSet, setOf } from './value.ts'
import type { RegoValue } from './value.ts'

const number = fc
  .constantFrom('0', '-0', '0.0', '1', '1.0', '10e-1', '0.5', '0.50', '5e-1', '1e21', '1e+21')
  .map((text) => parseJson(text) as RegoValue)
const large = fc
  .constantFrom('1000000000000000000000', '9007199254740993', '9007199254740993.0', '1e400', '1e-7')
  .map((text) => parseJson(text) as RegoValue)
const scalar = fc.oneof(
  number,
  large,
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('', 'a', '1', '[1]', '__proto__', '\u{1F600}', '\uE000'),
)
const { value } = fc.letrec<{ value: RegoValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(tie('value'), { maxLength: 12 }).map(setOf),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 }).map((all) => objectOf(all)),
    fc.array(fc.tuple(scalar, tie('value')), { maxLength: 3 }).map((all) => new RegoObject(all)),
  ),
}))

describe('values', () => {
  it('are equal when OPA’s order does not tell them apart', () => {
    fc.assert(
      fc.property(value, value, (left, right) => {
        expect(isEqual(left, right)).toBe(compareValues(left, right) === 0)
        expect(isEqual(left, left)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('are found in sets and objects of any size by what they are worth', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 20 }), value, (items, wanted) => {
        const isThere = items.some((item) => isEqual(item, wanted))
        expect(setOf(items).has(wanted)).toBe(isThere)
        const object = new RegoObject(items.map((item) => [item, true]))
        expect(object.get(wanted)).toBe(isThere ? true : undefined)
        expect(object.size).toBe(setOf(items).size)
      }),
      { numRuns: 1000 },
    )
  })

  it('keep the first spelling of a key, and the last value', () => {
    const object = new RegoObject([
      [1, 'a'],
      [new Decimal('1.0'), 'b'],
    ])
    expect(object.entries).toEqual([[1, 'b']])
  })

  it('come out of a set in order, also when one is added later', () => {
    const set = setOf(['b', 1, 'a'])
    expect(set.items).toEqual([1, 'a', 'b'])
    set.add(new Decimal('1.0'))
    set.add(null)
    expect(set.items).toEqual([null, 1, 'a', 'b'])
    expect(new RegoSet([2, 1]).items).toEqual([1, 2])
  })

  it('are members of an object only where they are its own', () => {
    const object = objectOf([['__proto__', 1]])
    expect(getMember(object, '__proto__')).toBe(1)
    expect(getMember(object, 'constructor')).toBeUndefined()
    expect(getMember({ '1': true }, 1)).toBeUndefined()
    expect(isEqual(object, new RegoObject([['__proto__', new Decimal('1.0')]]))).toBe(true)
  })
})
