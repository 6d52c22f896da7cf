import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createLineReader } from './line-reader.ts'

const line = fc
  .string({ unit: fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('\u2028')) })
  .filter((text) => !text.includes('\n'))

test('lines arrive whole, however the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(line),
      fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
      (lines, sizes) => {
        const read: string[] = []
        const push = createLineReader((text) => read.push(text))
        let bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''))
        while (bytes.length > 0) {
          const size: number = sizes.next().value
          push(bytes.subarray(0, size))
          bytes = bytes.subarray(size)
        }
        expect(read).toEqual(lines)
      },
    ),
  )
})

test('a line without its end is not a line', () => {
  const read: string[] = []
  const push = createLineReader((text) => read.push(text))
  push(Buffer.from('one\ntw'))
  expect(read).toEqual(['one'])
  push(Buffer.from('o\n'))
  expect(read).toEqual(['one', 'two'])
})
