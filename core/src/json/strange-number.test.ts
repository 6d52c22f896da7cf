import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { isCarriedByDouble } from './number.ts'
import { mayHoldStrangeNumber } from './strange-number.ts'

const digits = (most: number) => fc.stringMatching(new RegExp(`^\\d{1,${most}}$`))
const literal = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(fc.constant('0'), fc.stringMatching(/^[1-9]\d{0,17}$/)),
    fc.option(digits(9), { nil: undefined }),
    fc.option(fc.stringMatching(/^[eE][-+]?\d{1,2}$/), { nil: undefined, freq: 9 }),
  )
  .map(([sign, whole, decimals, power]) =>
    [sign, whole, decimals && `.${decimals}`, power].join(''),
  )
const place = fc.constantFrom(
  (number: string) => number,
  (number: string) => `{"list": [1,${number}]}`,
  (number: string) => `{"name":"one","count":${number}\n}`,
  (number: string) => `[[ ${number} ], "a, b", 2]`,
)

describe('mayHoldStrangeNumber', () => {
  it('passes over no number that a double does not carry as written', () => {
    fc.assert(
      fc.property(literal, place, (number, put) => {
        fc.pre(!isCarriedByDouble(number))
        expect(mayHoldStrangeNumber(put(number))).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    '0',
    '[1,-2,345678901234567]',
    '{"price": 0.5, "rate": -123456789.000001}',
    '{"at":"2026-11-22T07:05:27.000Z","day":"2026-01-02"}',
    '{"digest":"e3b0c44298fc1c149afbf4c8996fb924270123456789012345678641e4649b934"}',
    '{"version":"v1.10","id":"6f1e35a0-0c1e-4e0d","mail":"a.b@example.org"}',
  ])('knows %s as harmless', (json) => {
    expect(mayHoldStrangeNumber(json)).toBe(false)
  })
})
