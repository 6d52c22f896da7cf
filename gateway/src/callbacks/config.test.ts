import { expect, test } from 'vitest'

import { configuredOf, readCallbacks, readDefaults, targetOf } from './config.ts'

const target = (url: string, method = 'POST', headers = {}) => ({
  url,
  method,
  headers: { 'content-type': 'application/json', ...headers },
})

const read = (callbacks: unknown, defaults?: string) =>
  configuredOf(readCallbacks(JSON.stringify({ callbacks })), readDefaults(defaults)).map(targetOf)

test('a callback is a URL, alone or with how to send', () => {
  expect(
    read([
      'http://a/1',
      ['http://a/2'],
      ['http://a/3', null],
      ['http://a/4', { method: 'put', headers: { 'X-One': '1' } }],
      ['http://a/5', { headers: null, process_data: false, fetcher: null }],
      ['http://a/6', { headers: { 'Content-Type': 'text/plain' } }],
    ]),
  ).toEqual([
    target('http://a/1'),
    target('http://a/2'),
    target('http://a/3'),
    target('http://a/4', 'PUT', { 'x-one': '1' }),
    target('http://a/5'),
    target('http://a/6', 'POST', { 'content-type': 'text/plain' }),
  ])
})

test('one without a configuration of its own gets the default one', () => {
  const defaults = '{"method":"patch","headers":{"Authorization":"Bearer x"},"process_data":false}'
  expect(read(['http://a/', ['http://a/', { method: 'put' }]], defaults)).toEqual([
    target('http://a/', 'PATCH', { authorization: 'Bearer x' }),
    target('http://a/', 'PUT'),
  ])
})

test.for([undefined, ''])('without variables nobody is called by default: %j', (text) => {
  expect(configuredOf(readCallbacks(text), readDefaults(text))).toEqual([])
})

test.for([
  ['nonsense secret'],
  ['{"callbacks":"http://secret"}'],
  ['{"callbacks":["secret"]}'],
  ['{"callbacks":[[]]}'],
  ['{"callbacks":[["http://a/",{},"secret"]]}'],
  ['{"callbacks":[["http://a/",{"method":"secret"}]]}'],
  ['{"callbacks":[["http://a/",{"headers":{"x":"secret\\nline"}}]]}'],
  ['{"callbacks":[["http://a/",{"headers":{"a secret":"x"}}]]}'],
])('%s is refused by its name, without its value', ([text]) => {
  const reading = (): unknown => readCallbacks(text)
  expect(reading).toThrow(/^OPAL_DEFAULT_UPDATE_CALLBACKS is not what OPAL takes/)
  expect(reading).not.toThrow('secret')
})

test("OPAL's documentation spells it as Python does", () => {
  const spelled = `{"callbacks": [
    ("http://a/1", {"method": "post", "process_data": False, "headers": {'X-My-Token': 'it\\'s (a "token", True)'}}),
    ('http://a/2',),
    "http://a/3",
  ]}`
  expect(configuredOf(readCallbacks(spelled), readDefaults(undefined)).map(targetOf)).toEqual([
    target('http://a/1', 'POST', { 'x-my-token': `it's (a "token", True)` }),
    target('http://a/2'),
    target('http://a/3'),
  ])
  expect(readDefaults("{'method': 'PUT', 'headers': None, 'is_json': True}").method).toBe('put')
})
