import fc from 'fast-check'
import { expect, test } from 'vitest'

import { decodeText } from './text.ts'

test('a text comes out as it went in, with its byte order mark', () => {
  const anyText = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed())
  fc.assert(fc.property(anyText, (text) => decodeText(new TextEncoder().encode(text)) === text))
  expect(decodeText(new TextEncoder().encode('\u{feff}{}'))).toBe('\u{feff}{}')
})

test('what is no text is undefined, whatever the bytes', () => {
  expect(decodeText(null)).toBeUndefined()
  expect(decodeText(new Uint8Array([0x7b, 0xff, 0x7d]))).toBeUndefined()
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = decodeText(bytes)
      return text === undefined || Buffer.from(text).equals(bytes)
    }),
  )
})
