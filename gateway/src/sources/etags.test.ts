import { expect, test } from 'vitest'

import { createEtags } from './etags.ts'

test('what was not fetched for longest is forgotten first, by bytes', () => {
  const etags = createEtags(10)
  const put = (request: string, bytes: number): void =>
    etags.put(request, { etag: request, value: bytes, bytes })
  const known = (): readonly string[] => ['a', 'b', 'c', 'd'].filter((each) => etags.get(each))
  put('a', 4)
  put('b', 4)
  put('a', 5)
  expect(known()).toEqual(['a', 'b'])
  put('c', 3)
  expect(known()).toEqual(['a', 'c'])
  put('d', 11)
  expect(known()).toEqual([])
})
