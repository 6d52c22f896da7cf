import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { BUILD_MS, startCompiler } from '../../compiler/compiler.support.ts'
import { openOnap } from './onap.support.ts'

let compiler: Awaited<ReturnType<typeof startCompiler>>
beforeAll(async () => {
  compiler = await startCompiler({ maxSourceBytes: 1000 })
}, BUILD_MS)
afterAll(() => compiler.close())

async function generate(body: string, method = 'POST'): Promise<Response> {
  const ask = openOnap({ compiler })
  return ask('/policy/pdpo/v1/generateast', { method, ...(method === 'POST' && { body }) })
}

const ofCode = (code: string): Promise<Response> => generate(JSON.stringify({ code }))

test.for(['package a\n\nallow { input.x }', 'package a\n\nallow if input.x'])(
  'the tree of %j, in whichever version of Rego',
  async (code) => {
    const answer = await ofCode(code)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.headers.get('x-onap-requestid')).toBeNull()
    const text = await answer.text()
    expect(text).toMatch(/^\{\n {2}"ast": \{\n {4}"package"/)
    expect(JSON.parse(text)).toMatchObject({
      ast: {
        package: {
          path: [
            { type: 'var', value: 'data' },
            { type: 'string', value: 'a' },
          ],
        },
        rules: [{ head: { name: 'allow' } }],
      },
    })
  },
)

test('what is wrong is told as OPA prints it, letter by letter', async () => {
  const code = 'package a\n\n\n\n\nallow {\n    input.method  "GET"\n}'
  const answer = await ofCode(code)
  expect([answer.status, await answer.json()]).toEqual([
    400,
    {
      errorMessage:
        'failed to parse policy: {\n  "errors": [\n    {\n      "message": "unexpected string token: expected \\\\n or ; or }",\n      "code": "rego_parse_error",\n      "location": {\n        "file": "policy.rego",\n        "row": 7,\n        "col": 19\n      },\n      "details": {\n        "line": "    input.method  \\"GET\\"",\n        "idx": 18\n      }\n    }\n  ]\n}\n',
      responseCode: 'evaluation_error',
    },
  ])
})

const needed = 'code is required for ast generation'

test.for([
  ['', 'bad_request', 'invalid JSON: the body is empty'],
  ['{"code":', 'bad_request', 'invalid JSON: '],
  ['{"code":7}', 'bad_request', 'invalid JSON: code must be a string, not a number'],
  ['{}', 'invalid_parameter', needed],
  ['{"code":""}', 'invalid_parameter', needed],
  ['{"code":null}', 'invalid_parameter', needed],
  ['{"code":"allow"}', 'evaluation_error', 'failed to parse policy: {\n  "errors": ['],
] as const)('%s is refused', async ([body, responseCode, words]) => {
  const answer = await generate(body)
  expect([answer.status, await answer.json()]).toEqual([
    400,
    { errorMessage: expect.stringContaining(words), responseCode },
  ])
})

test('another method', async () => {
  const answer = await generate('', 'GET')
  expect([answer.status, await answer.json()]).toEqual([
    405,
    { errorMessage: 'use POST Method', responseCode: 'invalid_operation' },
  ])
})

test('R15: what is too large is not parsed, and no process is started for a request', async () => {
  const large = await ofCode(`package a\n# ${'x'.repeat(1000)}`)
  expect([large.status, await large.json()]).toEqual([
    400,
    {
      errorMessage: expect.stringContaining('longer than 1000 bytes'),
      responseCode: 'evaluation_error',
    },
  ])
  const tree = vi.fn()
  const ask = openOnap({ compiler: { tree } })
  const body = JSON.stringify({ code: 'x'.repeat(2 * 1024 * 1024) })
  const huge = await ask('/policy/pdpo/v1/generateast', { method: 'POST', body })
  expect([huge.status, await huge.json()]).toMatchObject([400, { responseCode: 'bad_request' }])
  expect(tree).not.toHaveBeenCalled()
})

test('without the account nothing is parsed', async () => {
  const ask = openOnap({ compiler })
  const headers = { authorization: '' }
  expect((await ask('/policy/pdpo/v1/generateast', { method: 'POST', headers })).status).toBe(401)
})

test('trees are made one by one: a crowd does not keep the compiler from others', async () => {
  let underWay = 0
  const tree = vi.fn(async () => {
    expect(++underWay).toBe(1)
    await Promise.resolve()
    underWay--
    return { tree: '{}' }
  })
  const ask = openOnap({ compiler: { tree } })
  const asking = { method: 'POST', body: '{"code":"package a"}' }
  const answers = Array.from({ length: 5 }, () => ask('/policy/pdpo/v1/generateast', asking))
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array(5).fill(200))
})
