import { expect, test } from 'vitest'

import { withoutPassword } from './note.ts'

test.for([
  'http://u:p@h/a?b=@c',
  ' http://u:p@h/a?b=@c',
  'http:/u:p@h/a?b=@c',
  'http:\\\\u:p@h/a?b=@c',
])('the user of %j is not shown', (url) => {
  expect(withoutPassword(url)).toBe('http://h/a?b=@c')
})

test.for(['', 'none', 'http://h', 'HTTP://H:80/a b?c=d@e', 'git@host:path'])(
  '%j is shown as it is',
  (url) => {
    expect(withoutPassword(url)).toBe(url)
  },
)
