import { readFile } from 'node:fs/promises'

import type { PdpState } from '@vedette/core/bundle/head'
import { VedetteError } from '@vedette/core/errors'
import { EvaluationError } from '@vedette/core/evaluator/evaluator'
import type { Json } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import { stringifyJson } from '@vedette/core/json/stringify'
import fc from 'fast-check'
import { beforeEach, expect, test, vi } from 'vitest'

import { createApp } from '../app.ts'
import type { DecisionDoorOptions } from './decision.ts'
import { onapDoors } from './onap.ts'
import { createStatistics } from './statistics.ts'

interface Recording {
  readonly policies: readonly { readonly name: string; readonly version: string }[]
  readonly document: Json
  readonly cases: readonly {
    readonly name: string
    readonly state: PdpState
    readonly method: string
    readonly body?: string
    readonly requestId?: string
    readonly status: number
    readonly answer: { readonly errorMessage?: string }
  }[]
}

const recording = JSON.parse(
  await readFile(new URL('fixtures/decisions.json', import.meta.url), 'utf8'),
) as Recording

type Decide = DecisionDoorOptions['decide']
/** Is given the input's text. */
const decide = vi.fn<(path: Parameters<Decide>[0], input?: string) => ReturnType<Decide>>()
const policies = vi.fn(() => recording.policies)
const state = vi.fn((): PdpState => 'ACTIVE')
const log = { error: vi.fn() }
const api = { user: 'policyadmin', password: 'pass' }
const unused = { document: vi.fn(), dataPaths: vi.fn(), patchData: vi.fn() }
const catalog = { ...unused, policies, state }
const statistics = createStatistics()
const doors = onapDoors({
  catalog,
  decide: (path, input) => decide(path, input?.text()),
  api,
  token: '',
  pdpName: 'opa-1',
  statistics,
})
const app = createApp({ origins: [], host: 'elsewhere', log, doors })

const authorization = `Basic ${Buffer.from('policyadmin:pass').toString('base64')}`

interface Asking {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

async function ask(
  body: string | undefined,
  { method = 'POST', headers }: Asking = {},
): Promise<Response> {
  return app.request('/policy/pdpo/v1/decision', {
    method,
    headers: { authorization, ...headers },
    ...(body !== undefined && { body }),
  })
}

const answers = (result: Json | undefined): void => {
  decide.mockImplementation((path) => ({
    revision: '1.1',
    entrypoint: path.join('/'),
    reason: 'evaluated',
    ...(result !== undefined && { result }),
  }))
}

const question = (members: object = {}): string =>
  JSON.stringify({ policyName: 'role', policyFilter: [''], input: {}, ...members })

async function told(body: string): Promise<unknown> {
  return (await ask(body)).json()
}

beforeEach(() => {
  vi.resetAllMocks()
  policies.mockReturnValue(recording.policies)
  state.mockReturnValue('ACTIVE')
  answers(recording.document)
})

test.for(recording.cases)('as recorded: $name', async (recorded) => {
  state.mockReturnValue(recorded.state)
  const headers = recorded.requestId ? { 'X-ONAP-RequestID': recorded.requestId } : {}
  const answer = await ask(recorded.body, { method: recorded.method, headers })
  expect(answer.status).toBe(recorded.status)
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'application/json',
    'x-onap-requestid': recorded.requestId ?? 'Unknown',
    'x-latestversion': '1.0.0',
    'x-minorversion': '0',
    'x-patchversion': '0',
  })
  const text = await answer.text()
  expect(text.endsWith('\n')).toBe(true)
  // What is wrong with a text that is no JSON, every decoder says in its own words.
  const words = recorded.name === 'decision bad json' ? { errorMessage: expect.any(String) } : {}
  expect(JSON.parse(text)).toEqual({ ...recorded.answer, ...words })
})

const notMatching = (names: string): string =>
  `Policy Filter(s) not matching, Valid Filter(s) are: [${names}]`

test.for([
  [{ adm: false, obj: { a: 1, s: 'x' } }, [''], { adm: false, obj: { a: 1, s: 'x' } }, undefined],
  [{ adm: 1, obj: {} }, ['nope', ''], { adm: 1, obj: {} }, undefined],
  [{}, [''], null, ''],
  [{}, ['a'], null, ''],
  ['text', [''], null, ''],
  [[1], ['0'], null, ''],
  [{ a: false, b: 0, c: '' }, ['a', 'b', 'c'], { a: false, b: 0, c: '' }, undefined],
  [{ n: null }, ['n'], { n: null }, undefined],
  [{ o: { n: null } }, ['o/n'], null, 'o, o/n'],
  [{ 'o/n': null, o: { n: null } }, ['o/n'], { 'o/n': null }, undefined],
  [{ 'x/y': 1 }, ['x/y'], { 'x/y': 1 }, undefined],
  [{ sub: { ok: true } }, ['sub/ok'], { 'sub/ok': true }, undefined],
  [{ sub: { ok: true } }, ['sub'], { sub: { ok: true } }, undefined],
  [{ obj: { s: 'v' } }, ['obj/s/zzz'], { 'obj/s/zzz': 'v' }, undefined],
  [{ list: [1, 2] }, ['list/0'], { 'list/0': [1, 2] }, undefined],
  [{ obj: {} }, ['obj/'], null, 'obj'],
  [{ a: 1 }, ['/a'], null, 'a'],
  [{ a: 1, b: { c: { d: 1 } } }, ['a', 'x'], { a: 1 }, 'a, b, b/c'],
  [{ z: 1, Z: 1, é: 1, 'a-b': { x: 1 }, a: { x: 1 } }, ['?'], null, 'Z, a, a-b, a-b/x, a/x, z, é'],
  [{ a: 1 }, ['constructor', '__proto__', 'a/constructor'], { 'a/constructor': 1 }, 'a'],
] as const)('of %j the filters %j leave %j', async ([result, policyFilter, output, valid]) => {
  answers(result)
  expect(await told(question({ policyFilter }))).toEqual({
    output,
    policyName: 'role',
    policyVersion: '1.0.0',
    ...(valid !== undefined && { statusMessage: notMatching(valid) }),
  })
})

test('a filter called as a prototype is a filter like any other', async () => {
  answers(parseJson('{"__proto__":{"a":1}}'))
  const answer = await (await ask(question({ policyFilter: ['__proto__', '__proto__/a'] }))).text()
  expect(answer).toContain('"output":{"__proto__":{"a":1},"__proto__/a":1}')
})

test.for(['0', 'false', '""', '[]', '"text"', '445611193265040129', '1.0'])(
  'the input %s is an input, with every digit',
  async (input) => {
    const answer = await ask(`{"policyName":"role","policyFilter":[""],"input":${input}}`)
    expect(answer.status).toBe(200)
    expect(decide).toHaveBeenCalledWith(['role'], input)
  },
)

test('digits of the output are kept', async () => {
  answers(parseJson('{"n":445611193265040129,"d":1.0}'))
  expect(await (await ask(question())).text()).toContain(
    '"output":{"n":445611193265040129,"d":1.0}',
  )
})

test('without input nothing is evaluated', async () => {
  policies.mockReturnValue([{ name: 'a.b', version: '1.2.3' }])
  for (const input of ['', ',"input":null']) {
    const answer = await ask(`{"policyName":"a.b","policyFilter":["x"]${input}}`)
    expect([answer.status, await answer.json()]).toEqual([
      200,
      {
        output: null,
        policyName: 'a/b',
        policyVersion: '1.2.3',
        statusMessage:
          '{"warning":{"code":"api_usage_warning","message":"\'input\' key missing from the request"}}',
      },
    ])
  }
  expect(decide).not.toHaveBeenCalled()
})

test.for(['a.b.c', 'a/b/c', 'a/b.c'])('a policy may be asked for as %s', async (policyName) => {
  policies.mockReturnValue([{ name: 'a.b.c', version: '1.0.0' }])
  expect(await told(question({ policyName }))).toMatchObject({ policyName: 'a.b.c' })
  expect(decide).toHaveBeenCalledWith(['a', 'b', 'c'], '{}')
})

test.for(['a.b', 'a.b.c.d', 'a.b.c/allow', 'A.b.c'])(
  '%s is no policy, though a.b.c is',
  async (policyName) => {
    policies.mockReturnValue([{ name: 'a.b.c', version: '1.0.0' }])
    expect(await told(question({ policyName }))).toEqual({
      errorMessage: `Policy Name ${policyName.replaceAll('.', '/')} does not exist`,
      policyName,
      policyVersion: '',
      responseCode: 'bad_request',
    })
  },
)

test('nothing was ever deployed', async () => {
  policies.mockReturnValue([])
  const answer = await ask(question())
  expect([answer.status, await answer.json()]).toMatchObject([
    400,
    { errorMessage: 'No policies are deployed.', policyName: 'role' },
  ])
})

const common = 'CurrentDate CurrentDateTime CurrentTime TimeOffset TimeZone'
  .split(' ')
  .map((name) => `${name} is invalid`)
  .join(', ')
const nameless = 'PolicyName is required and cannot be empty'
const filterless = 'PolicyFilter is required'

test.for([
  [{ policyName: ' \t' }, nameless],
  [{ policyName: null }, nameless],
  [{ policyFilter: [] }, filterless],
  [{ policyFilter: null }, filterless],
  [{ policyName: '', policyFilter: [] }, `${nameless}, ${filterless}`],
  [
    {
      currentDate: '2024-02-30',
      currentDateTime: '2025-01-17T08:26',
      currentTime: '08:26:41Z',
      timeOffset: '5:30',
      timeZone: 'no zone!',
      policyName: '',
      policyFilter: [],
    },
    `${common}, ${nameless}, ${filterless}`,
  ],
  [{ currentDate: '' }, 'CurrentDate is invalid'],
  [{ currentDateTime: '2025-13-17T08:26:41Z' }, 'CurrentDateTime is invalid'],
  [{ currentTime: '2024-11-22T11:34:56Z' }, 'CurrentTime is invalid'],
  [{ timeOffset: '+24:00' }, 'TimeOffset is invalid'],
  [{ timeZone: 'America/Argentina/Buenos_Aires' }, 'TimeZone is invalid'],
  [{ timeZone: 'UTC+05:30' }, 'TimeZone is invalid'],
  [{ timeZone: 'Mars/Base' }, 'TimeZone is invalid'],
] as const)('%j is refused', async ([members, errorMessage]) => {
  const answer = await ask(question(members))
  const policyName = 'policyName' in members ? (members.policyName ?? '') : 'role'
  expect([answer.status, await answer.json()]).toEqual([
    400,
    { errorMessage, policyName, policyVersion: '', responseCode: 'bad_request' },
  ])
})

test.for([
  { currentDate: null, currentTime: null, timeZone: null, onapName: null },
  { currentDateTime: '2025-01-17T08:26:41.857+05:30', currentTime: '08:26:41.857Z' },
  { timeZone: 'Europe/Paris', timeOffset: '-23:59' },
  { timeZone: 'CET', timeOffset: '05:30', onapName: '', unknown: { member: 1 } },
  { timeZone: 'Local' },
])('%j is let pass', async (members) => {
  expect((await ask(question(members))).status).toBe(200)
})

test.for([
  ['', 'EOF'],
  [' \n', 'EOF'],
  [question({ policyName: 1, policyFilter: [] }), unmarshal('number', 'policyName', 'string')],
  [question({ policyName: {} }), unmarshal('object', 'policyName', 'string')],
  [question({ policyFilter: 'x' }), unmarshal('string', 'policyFilter', '[]string')],
  [question({ policyFilter: [true] }), unmarshal('bool', 'policyFilter', 'string')],
  [question({ timeZone: [] }), unmarshal('array', 'timeZone', 'string')],
  ['3', 'json: cannot unmarshal number into Go value of type OPADecisionRequest'],
] as const)('the body %j cannot be decoded', async ([body, errorMessage]) => {
  const answer = await ask(body)
  expect([answer.status, await answer.json()]).toEqual([
    400,
    { errorMessage, policyName: '', policyVersion: '', responseCode: 'bad_request' },
  ])
})

function unmarshal(kind: string, member: string, wanted: string): string {
  return `json: cannot unmarshal ${kind} into Go struct field OPADecisionRequest.${member} of type ${wanted}`
}

test.for([
  [new EvaluationError('ERR_EVALUATION', 'role:16: eval_conflict_error: …'), undefined],
  [new VedetteError('ERR_STALE', 'too old'), 'Failed to get OPA instance.'],
] as const)('%s is 500', async ([error, words]) => {
  decide.mockImplementation(() => {
    throw error
  })
  const answer = await ask(question())
  expect([answer.status, await answer.json()]).toEqual([
    500,
    {
      errorMessage: words ?? error.message,
      policyName: 'role',
      policyVersion: '1.0.0',
      responseCode: 'internal_error',
    },
  ])
})

test('a document that is undefined is an evaluation error', async () => {
  answers(undefined)
  expect(await told(question())).toMatchObject({
    errorMessage: 'opa_undefined_error: role decision was undefined',
    policyVersion: '1.0.0',
  })
})

test.for(['PASSIVE', 'SAFE', 'TEST', 'TERMINATED'] as const)(
  '%s does not decide, whatever is asked',
  async (now) => {
    state.mockReturnValue(now)
    for (const answer of [await ask(undefined, { method: 'GET' }), await ask('{nope')]) {
      expect(answer.status).toBe(500)
      expect(await answer.json()).toMatchObject({
        errorMessage: 'System Is In PASSIVE State, error handling request.',
      })
    }
  },
)

test.for(['PUT', 'DELETE', 'PATCH'])('%s is not allowed', async (method) => {
  const answer = await ask(undefined, { method })
  expect(answer.status).toBe(405)
  expect(await answer.json()).toEqual({
    errorMessage: `${method} MethodNotAllowed`,
    policyName: '',
    policyVersion: '',
    responseCode: 'internal_error',
  })
})

const id = '8e6f784e-c9cb-42f6-bcc9-edb5d0af1ce1'

test.for([
  [id, id],
  [id.toUpperCase(), id],
  [`urn:uuid:${id}`, id],
  [`{${id}}`, id],
  [id.replaceAll('-', ''), id],
  [`{${id}`, 'Unknown'],
  [`${id}0`, 'Unknown'],
  ['8e6f784ec9cb-42f6-bcc9-edb5d0af1ce1', 'Unknown'],
  ['x', 'Unknown'],
] as const)('the request id %s is echoed as %s', async ([sent, echoed]) => {
  const answer = await ask(question(), { headers: { 'X-ONAP-RequestID': sent } })
  expect(answer.headers.get('x-onap-requestid')).toBe(echoed)
})

test('without the credential nothing is said, not even which headers there would be', async () => {
  const answer = await ask(question(), { headers: { authorization: 'Basic x' } })
  expect([answer.status, await answer.text()]).toEqual([401, 'Unauthorized\n'])
  expect(answer.headers.get('x-onap-requestid')).toBeNull()
})

test('a body that is too large is 400, as in the Go PDP', async () => {
  const answer = await ask(question({ input: 'x'.repeat(10 * 1024 * 1024) }))
  expect([answer.status, await answer.json()]).toMatchObject([
    400,
    { errorMessage: 'http: request body too large' },
  ])
})

test('with a slash at its end it is an unknown path', async () => {
  const answer = await app.request('/policy/pdpo/v1/decision/', { method: 'POST' })
  expect([answer.status, await answer.text()]).toEqual([404, '404 page not found\n'])
})

test('healthcheck and readiness', async () => {
  const answer = await app.request('/policy/pdpo/v1/healthcheck', { headers: { authorization } })
  expect(await answer.text()).toBe(
    '{"code":200,"healthy":true,"message":"alive","name":"opa-1","url":"self"}\n',
  )
  expect(answer.headers.get('x-onap-requestid')).toBe('000000000000')
  expect((await app.request('/policy/pdpo/v1/healthcheck')).status).toBe(401)
  const ready = await app.request('/policy/pdpo/v1/readiness')
  expect([ready.status, await ready.text()]).toEqual([200, 'Ready'])
})

test('whatever is sent is answered in the words of the door', async () => {
  const member = fc.oneof(fc.json(), fc.constantFrom('"role"', '["allow"]', '[""]', 'null'))
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .tuple(member, member, member)
      .map(
        ([name, filter, input]) =>
          `{"policyName":${name},"policyFilter":${filter},"input":${input}}`,
      ),
  )
  await fc.assert(
    fc.asyncProperty(body, async (text) => {
      const answer = await ask(text)
      expect([200, 400]).toContain(answer.status)
      const about = await answer.json()
      expect(about).toHaveProperty(answer.status === 200 ? 'output' : 'errorMessage')
    }),
  )
})

test('filters never fail, whatever the document is', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.json(),
      fc.array(fc.string(), { minLength: 1 }),
      async (text, policyFilter) => {
        answers(parseJson(text))
        const answer = await ask(question({ policyFilter }))
        expect(answer.status).toBe(200)
        expect(stringifyJson(parseJson(await answer.text()))).toContain('"output"')
      },
    ),
  )
})
