import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { expect, onTestFinished, test } from 'vitest'

import { createTargets, isTarget } from './targets.ts'

const refused = expect.objectContaining({ code: 'ERR_TARGET' }) as Error

test.for([
  'http://127.0.0.1/',
  'http://127.1/',
  'http://2130706433/',
  'http://0x7f000001/',
  'http://0177.0.0.1/',
  'http://0.0.0.0/',
  'http://10.0.0.1/',
  'http://172.16.0.1/',
  'http://192.168.1.1/',
  'http://100.64.0.1/',
  'http://169.254.169.254/latest/meta-data',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://[::]/',
  'http://[::1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:a9fe:a9fe]/',
  'http://[fe80::1]/',
  'http://[fd00::1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[::7f00:1]/',
  'http://[fd00:ec2::254]/',
  'http://100.100.100.200/',
  'http://168.63.129.16/',
  'http://192.0.0.192/',
  'ftp://8.8.8.8/',
  'file:///etc/passwd',
  'gopher://8.8.8.8/',
  'data:,x',
  '',
  'no url',
])('%s may not be called', (url) => {
  const targets = createTargets([])
  expect(() => targets.check(url)).toThrow(refused)
})

test.for(['http://8.8.8.8/', 'https://[2001:4860:4860::8888]/', 'http://a.example/'])(
  '%s may be called, as far as can be told before its name is resolved',
  (url) => {
    expect(() => createTargets([]).check(url)).not.toThrow()
  },
)

test.for([
  ['127.0.0.0/8', 'http://127.0.0.1/', true],
  ['127.0.0.0/8', 'http://[::ffff:127.0.0.1]/', true],
  ['127.0.0.0/8', 'http://[::1]/', false],
  ['127.0.0.0/8', 'http://10.0.0.1/', false],
  ['fd00::/8', 'http://[fd12::1]/', true],
  ['10.0.0.5', 'http://10.0.0.5/', true],
  ['10.0.0.5', 'http://[::ffff:10.0.0.5]/', true],
  ['fd00:0::1', 'http://[fd00::1]/', true],
  ['10.0.0.5', 'http://10.0.0.50/', false],
] as const)('with %s allowed, %s: %s', ([allowed, url, may]) => {
  const check = (): void => createTargets([allowed]).check(url)
  if (may) expect(check).not.toThrow()
  else expect(check).toThrow(refused)
})

async function listen(): Promise<{ readonly port: number; readonly calls: string[] }> {
  const calls: string[] = []
  const server = createServer((request, response) => {
    calls.push(request.headers.host ?? '')
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { port: (server.address() as AddressInfo).port, calls }
}

/** `localhost` stands for every name that somebody points at an inner address. */
test.for([
  [[], false],
  [['*.localhost'], false],
  [['127.0.0.0/8'], true],
  [['127.0.0.1'], true],
  [['127.0.0.2'], false],
  [['localhost'], true],
  [['LOCALHOST'], true],
] as const)('a name is judged by what it resolves to: %j', async ([allowed, may]) => {
  const { port, calls } = await listen()
  const targets = createTargets(allowed)
  onTestFinished(() => targets.close())
  const calling = targets.fetch(`http://localhost:${port}/`)
  if (may) expect((await calling).status).toBe(200)
  else await expect(calling).rejects.toMatchObject({ cause: { code: 'ERR_TARGET' } })
  expect(calls).toHaveLength(may ? 1 : 0)
})

test.for([
  ['127.0.0.0/8', true],
  ['::1/128', true],
  ['*.corp.example', true],
  ['host', true],
  ['10.0.0.1', true],
  ['10.0.0.0/33', false],
  ['fd00::1', true],
  ['http://host', false],
  ['host:8080', false],
  ['*', false],
  ['a.*', false],
] as const)('VEDETTE_ALLOWED_TARGETS may hold %s: %s', ([item, may]) => {
  expect(isTarget(item)).toBe(may)
})
