import fc from 'fast-check'
import { expect, it } from 'vitest'

import { JsonError } from './json.ts'
import { formatPointer, parsePointer } from './pointer.ts'

it.each([
  ['', []],
  ['/', ['']],
  ['/a//b/0', ['a', '', 'b', '0']],
  ['/~01~1/~0', ['~1/', '~']],
])('reads %j', (pointer, segments) => {
  expect(parsePointer(pointer)).toEqual(segments)
})

it.each(['a', 'a/b', '/~', '/a~2b', '#/a'])('refuses %j', (pointer) => {
  expect(() => parsePointer(pointer)).toThrow(JsonError)
})

it('gives any segments back', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('~', '/', '0', '1', 'ä') })),
      (segments) => {
        expect(parsePointer(formatPointer(segments))).toEqual(segments)
      },
    ),
  )
})
