import fc from 'fast-check'
import { expect, test } from 'vitest'

import { decodeBase64 } from './base64.ts'

test('what is base64 comes back, line breaks and all', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.integer({ min: 1, max: 80 }), (bytes, width) => {
      const text = Buffer.from(bytes).toString('base64')
      const lines = text.replaceAll(new RegExp(`.{${width}}`, 'g'), '$&\r\n')
      expect([...decodeBase64(lines)]).toEqual([...bytes])
    }),
  )
})

/** As Go's encoding/base64 says. */
test.each([
  ['!!!!', 0],
  ['x===', 1],
  ['AA', 0],
  ['AAA', 0],
  ['AAAAA', 4],
  ['AA=', 3],
  ['AA=A', 2],
  ['AAA=AAAA', 4],
  ['AAAA=', 4],
  ['AAAA====', 4],
  ['AA==A', 4],
  ['YW Jj', 2],
  ['YWJj_w==', 4],
  ['YWJjÄÄÄÄ', 4],
  ['YQ==\nYQ==', 5],
  ['=', 0],
])('%s is corrupt at byte %i', (text, offset) => {
  expect(() => decodeBase64(text)).toThrow(`illegal base64 data at input byte ${offset}`)
})
