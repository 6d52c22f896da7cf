import { once } from 'node:events'
import { rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

import { expect, onTestFinished, test } from 'vitest'

import { parseJaasLogin, saslOptions } from './sasl.ts'
import type { SaslConfig } from './sasl.ts'

const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required'
const plain = 'org.apache.kafka.common.security.plain.PlainLoginModule required'
const oauth = 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required'
const account = 'username="policy" password="secret";'

test.each([
  [`${scram} username="policy" password="s3=c ret";`, { username: 'policy', password: 's3=c ret' }],
  [`${scram} username='policy' password='secret';`, { username: 'policy', password: 'secret' }],
  [`${scram} username="policy";`, { username: '', password: '' }],
  [`${scram} username="policy" password="";`, { username: '', password: '' }],
  ['', { username: '', password: '' }],
])('%s', (line, credentials) => {
  expect(parseJaasLogin(line)).toEqual(credentials)
})

function optionsOf(config: Partial<SaslConfig>): ReturnType<typeof saslOptions> {
  return saslOptions({ jaasLogin: '', username: '', password: '', ...config })
}

test('the mechanism is the one that is named, else the login module says, else it is SCRAM-SHA-512', () => {
  const chosen = [
    optionsOf({ jaasLogin: `${plain} ${account}`, mechanism: 'scram-sha-256' }),
    optionsOf({ jaasLogin: `${plain} ${account}` }),
    optionsOf({ jaasLogin: `${scram} ${account}` }),
    optionsOf({ jaasLogin: account }),
    optionsOf({ jaasLogin: oauth }),
  ]
  expect(chosen.map(({ mechanism }) => mechanism)).toEqual([
    'scram-sha-256',
    'plain',
    'scram-sha-512',
    'scram-sha-512',
    'oauthbearer',
  ])
  for (const options of chosen.slice(0, 4))
    expect(options).toMatchObject({ username: 'policy', password: 'secret' })
})

test('an older deployment names the account in variables of their own', () => {
  const older = { username: 'old', password: 'secret' }
  expect(optionsOf(older)).toEqual({ mechanism: 'scram-sha-512', ...older })
})

async function tokenOf(config: Partial<SaslConfig>): Promise<string> {
  const options = optionsOf({ mechanism: 'oauthbearer', ...config })
  if (options.mechanism !== 'oauthbearer') throw new Error('another mechanism')
  return (await options.oauthBearerProvider()).value
}

test('a token in a file is read anew each time', async () => {
  const tokenFile = join(tmpdir(), `token-${process.pid}`)
  onTestFinished(() => rm(tokenFile))
  await writeFile(tokenFile, 'first\n')
  expect(await tokenOf({ tokenFile })).toBe('first')
  await writeFile(tokenFile, 'second\n')
  expect(await tokenOf({ tokenFile })).toBe('second')
  await expect(tokenOf({})).rejects.toThrow('VEDETTE_KAFKA_TOKEN_FILE')
})

test('a token is asked for with the client of the JAAS line, and an answer without one is none', async () => {
  const asked: unknown[] = []
  const answers = ['{"access_token":"t1","token_type":"Bearer","expires_in":60}', '{}']
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push([request.method, request.headers.authorization, body])
      const answer = answers.shift()
      response.writeHead(answer ? 200 : 401).end(answer)
    })
  })
  onTestFinished(() => void server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const config = {
    jaasLogin: `${oauth} clientId="pdp" clientSecret="s e:t" scope="kafka";`,
    tokenUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
  }
  expect(await tokenOf(config)).toBe('t1')
  const basic = Buffer.from('pdp:s+e%3At').toString('base64')
  expect(asked).toEqual([['POST', `Basic ${basic}`, 'grant_type=client_credentials&scope=kafka']])
  await expect(tokenOf(config)).rejects.toThrow()
  await expect(tokenOf(config)).rejects.toThrow('the token endpoint answers 401')
})
