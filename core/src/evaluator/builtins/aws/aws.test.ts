import { expect, it } from 'vitest'

import { answer, checkCases } from '../cases.support.ts'
import { loadBuiltins } from '../table.ts'

it('requests are signed as by Go OPA', async () => {
  const { count, wrong } = await checkCases('aws.cases.jsonl')
  expect(count).toBeGreaterThan(100)
  expect(wrong).toEqual([])
})

it('where OPA takes the headers in any order there is no answer', async () => {
  const builtins = await loadBuiltins(['providers.aws.sign_req'])
  const request = '{"method": "get", "url": "http://h/", "headers": {"A": "1", "a": "2"}}'
  const config = `{${['access_key', 'secret_access_key', 'service', 'region']
    .map((name) => `"aws_${name}": "x"`)
    .join(', ')}}`
  const sign = (): unknown =>
    answer(builtins, 'providers.aws.sign_req', `[${request}, ${config}, 0]`)
  expect(sign).toThrow('OPA draws lots between headers of one name')
})
