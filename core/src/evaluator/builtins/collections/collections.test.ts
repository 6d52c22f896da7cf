import { expect, it } from 'vitest'

import { answer, checkCases } from '../cases.support.ts'
import { loadBuiltins } from '../table.ts'

it('collections and values answer as Go OPA does', async () => {
  const { count, wrong } = await checkCases('collections.cases.jsonl')
  expect(count).toBeGreaterThan(4000)
  expect(wrong).toEqual([])
})

it('sort refuses where its order would hang on how Go sorts', async () => {
  const builtins = await loadBuiltins(['sort'])
  const twelve = '9, 8, 7, 6, 5, 4, 3, 2, 1.0, 0, 10'
  expect(answer(builtins, 'sort', `[[${twelve}, 1]]`)).toBe(
    '[0, 1.0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]',
  )
  expect(answer(builtins, 'sort', `[[${twelve}, 11, 12]]`)).toContain('10, 11, 12]')
  expect(() => answer(builtins, 'sort', `[[${twelve}, 1, 11]]`)).toThrow('written differently')
})
