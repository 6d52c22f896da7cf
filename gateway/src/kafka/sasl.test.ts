import { expect, test } from 'vitest'

import { parseJaasLogin } from './sasl.ts'

const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required'

test.each([
  [`${scram} username="policy" password="s3=c ret";`, { username: 'policy', password: 's3=c ret' }],
  [`${scram} username='policy' password='secret';`, { username: 'policy', password: 'secret' }],
  [`${scram} username="policy";`, { username: '', password: '' }],
  [`${scram} username="policy" password="";`, { username: '', password: '' }],
  ['', { username: '', password: '' }],
])('%s', (line, credentials) => {
  expect(parseJaasLogin(line)).toEqual(credentials)
})
