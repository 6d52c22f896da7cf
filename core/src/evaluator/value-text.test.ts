import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { Decimal } from '../json/decimal.ts'
import { equalJson } from '../json/equal.ts'
import { JsonError } from '../json/json.ts'
import { parseJson } from '../json/parse.ts'
import { stringifyJson } from '../json/stringify.ts'
import { formatValue } from './value-format.ts'
import { toJson } from './value-json.ts'
import { parseValue, parseValueAsJson } from './value-text.ts'
import { compareValues, RegoObject, RegoSet, type RegoValue } from './value.ts'

const scalar: fc.Arbitrary<RegoValue> = fc.oneof(
  fc.constantFrom(
    null,
    true,
    false,
    0,
    -1,
    2.5,
    445611193265040129n,
    new Decimal('1.0'),
    new Decimal('1e3'),
  ),
  fc.string({
    unit: fc.constantFrom('a', '"', '\\', '\u0000', '\ud7ff', '\ue000', '\uffff', '😀', ':', '{'),
  }),
)
const { value } = fc.letrec<{ value: RegoValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .dictionary(fc.constantFrom('a', 'b', '__proto__', '1'), tie('value'))
      .map((members) => new RegoObject(Object.entries(members))),
    fc
      .uniqueArray(tie('value'), { maxLength: 4, comparator: isSame })
      .map((items) => new RegoSet(items)),
    fc
      .uniqueArray(fc.tuple(tie('value'), tie('value')), {
        maxLength: 3,
        comparator: ([left], [right]) => isSame(left, right),
      })
      .map((entries) => new RegoObject(entries)),
  ),
}))

describe('value text', () => {
  it('gives every value back', () => {
    fc.assert(
      fc.property(value, (original) => {
        const text = formatValue(original)
        expect(compareValues(parseValue(text), original)).toBe(0)
        expect(formatValue(parseValue(text))).toBe(text)
        expect(equalJson(parseValueAsJson(text), toJson(original))).toBe(true)
      }),
    )
  })

  it('is JSON where it is JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(stringifyJson(parseValueAsJson(text))).toBe(stringifyJson(parseJson(text)))
      }),
    )
  })

  it('of anything else is a JsonError', () => {
    const pieces = fc.array(
      fc.constantFrom('{', '}', '[', ']', ',', ':', 'set()', '1', '"a"', ' ', 'x', '-'),
    )
    fc.assert(
      fc.property(pieces, (all) => {
        try {
          formatValue(parseValue(all.join('')))
        } catch (error) {
          expect(error).toBeInstanceOf(JsonError)
        }
      }),
      { numRuns: 1000 },
    )
    for (const text of ['{1: 2, 3}', '{1, 2: 3}', '{1,}', 'set(', '[set()', '{"a": }']) {
      expect(() => parseValue(text)).toThrow(JsonError)
    }
  })
})

describe('order', () => {
  it('is total: any set comes out the same whatever it is made from', () => {
    fc.assert(
      fc.property(fc.uniqueArray(value, { maxLength: 6, comparator: isSame }), (items) => {
        const backwards = new RegoSet(items.toReversed())
        expect(formatValue(new RegoSet(items))).toBe(formatValue(backwards))
      }),
    )
  })

  it.each([
    ['few', 5],
    ['many', 40],
  ])('of %s texts is by code point', (_, size) => {
    const unit = fc.constantFrom('a', 'b', '\ud7ff', '\ue000', '\uffff', '😀')
    const texts = fc.uniqueArray(fc.string({ unit }), { minLength: size, maxLength: size })
    fc.assert(
      fc.property(texts, (items) => {
        const byCodePoint = new Map(items.map((item) => [codePoints(item), item]))
        const sorted = [...byCodePoint.keys()].sort().map((key) => byCodePoint.get(key))
        expect(new RegoSet(items).items).toEqual(sorted)
      }),
    )
  })

  it.each([
    ['few', 5],
    ['many', 40],
  ])('of %s numbers is by value, not by text', (_, size) => {
    const numbers = fc.uniqueArray(fc.integer(), { minLength: size, maxLength: size })
    fc.assert(
      fc.property(numbers, (items) => {
        const byValue = Array.from(Float64Array.from(items).sort())
        expect(new RegoSet(items).items).toEqual(byValue)
      }),
    )
  })

  it('is OPA’s', () => {
    const texts = [
      'null',
      'false',
      'true',
      '-1',
      '0.5',
      '1.0',
      '1e3',
      '"a"',
      '"\ue000"',
      '"😀"',
      '[]',
      '[1, 2]',
      '[2]',
    ]
    const more = [
      '{}',
      '{"a": 1}',
      '{"a": 1, "b": 1}',
      '{"a": 2}',
      '{"b": 0}',
      'set()',
      '{1}',
      '{1, 2}',
      '{2}',
    ]
    const ordered = [...texts, ...more]
    expect(
      new RegoSet(ordered.toReversed().map(parseValue)).items.map((item) => formatValue(item)),
    ).toEqual(ordered)
  })
})

function isSame(left: RegoValue, right: RegoValue): boolean {
  return compareValues(left, right) === 0
}

/** Of one width each, so that any sort will do. */
function codePoints(text: string): string {
  return Array.from(text, (character) =>
    (character.codePointAt(0) ?? 0).toString(16).padStart(6, '0'),
  ).join('')
}
