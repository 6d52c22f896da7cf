import { readFile } from 'node:fs/promises'

import type { PdpState } from '@vedette/core/bundle/head'
import { VedetteError } from '@vedette/core/errors'
import { EvaluationError } from '@vedette/core/evaluator/evaluator'
import type { Json } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import { stringifyJson } from '@vedette/core/json/stringify'
import fc from 'fast-check'
import { beforeEach, expect, test, vi } from 'vitest'

import type { DecisionDoorOptions } from './decision.ts'
import { openOnap } from './onap.support.ts'
import type { Asking } from './onap.support.ts'
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
const unused = { document: vi.fn(), dataPaths: vi.fn(), patchData: vi.fn() }
const statistics = createStatistics()
const askDoors = openOnap({
  statistics,
  catalog: { ...unused, policies, state },
  decide: (path, input) => decide(path, input?.text()),
})

function ask(
  body: string | undefined,
  { method = 'POST', headers }: Omit<Asking, 'body'> = {},
): Promise<Response> {
  return askDoors('/policy/pdpo/v1/decision', {
    method,
    ...(headers && { headers }),
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

test('nothing was ever deployed, or nothing is any more', async () => {
  policies.mockReturnValue([])
  const answer = await ask(question())
  expect([answer.status, await answer.json()]).toMatchObject([
    400,
    { errorMessage: 'No policies are deployed.', policyName: 'role' },
  ])
  statistics.count('undeploySuccessCount', 'role')
  expect(await told(question())).toMatchObject({ errorMessage: 'Policy Name role does not exist' })
})

const common = 'CurrentTime TimeOffset TimeZone'
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
      currentTime: '08:26:41Z',
      timeOffset: '5:30',
      timeZone: 'no zone!',
      policyName: '',
      policyFilter: [],
    },
    `${common}, ${nameless}, ${filterless}`,
  ],
  [{ currentTime: '2024-11-22T11:34:56Z' }, 'CurrentTime is invalid'],
  [{ timeOffset: '+24:00' }, 'TimeOffset is invalid'],
  [{ timeZone: 'America/Argentina/Buenos_Aires' }, 'TimeZone is invalid'],
  [{ timeZone: 'UTC+05:30' }, 'TimeZone is invalid'],
  [{ timeZone: 'Mars/Base' }, 'TimeZone is invalid'],
  [{ timeZone: 'europe/paris' }, 'TimeZone is invalid'],
  [{ timeZone: 'IST' }, 'TimeZone is invalid'],
  [{ timeZone: '' }, 'TimeZone is invalid'],
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
  { timeZone: 'Asia/Kolkata', currentDateTime: '2025-01-17T23:59:59Z' },
])('%j is let pass', async (members) => {
  expect((await ask(question(members))).status).toBe(200)
})

const day = 'currentDate must be a day such as 2024-11-22'
const time = 'currentDateTime must be a time such as 2024-11-22T12:08:00Z'

test.for([
  ['', 'the body is empty'],
  [' \n', 'the body is empty'],
  [question({ policyName: 1, policyFilter: [] }), 'policyName must be a string, not a number'],
  [question({ policyName: {} }), 'policyName must be a string, not an object'],
  [question({ policyFilter: 'x' }), 'policyFilter must be a list, not a string'],
  [question({ policyFilter: [true] }), 'policyFilter.0 must be a string, not a boolean'],
  [question({ timeZone: [] }), 'timeZone must be a string, not a list'],
  ['3', 'the body must be an object, not a number'],
  ['[]', 'the body must be an object, not a list'],
  [question({ currentDate: '', policyName: '' }), day],
  [question({ currentDate: '2024-02-30' }), day],
  [question({ currentDateTime: '2025-01-17T08:26' }), time],
  [question({ currentDateTime: '2025-13-17T08:26:41Z', policyFilter: [] }), time],
  [question({ currentDateTime: '2025-01-17T24:00:00Z' }), time],
  [question({ currentDateTime: '2025-01-17T08:26:41+24:00' }), time],
] as const)(
  'R11: the body %j cannot be decoded, in our own words',
  async ([body, errorMessage]) => {
    const answer = await ask(body)
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { errorMessage, policyName: '', policyVersion: '', responseCode: 'bad_request' },
    ])
  },
)

test.for([
  '{"PolicyName":"role","POLICYFILTER":["allow"],"Input":1}',
  '{"policyName":"no","policyname":"role","policyFilter":["allow"],"input":1}',
  '{"policyName":"role","policyFilter":["allow"],"input":1} and more',
  ' {"policyName":"role","policyFilter":["allow"],"input":1}\n{"policyName":"no"}',
])('%s is read as leniently as Go reads it', async (body) => {
  expect(await told(body)).toEqual({
    output: { allow: true },
    policyName: 'role',
    policyVersion: '1.0.0',
  })
})

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
  const answer = await askDoors('/policy/pdpo/v1/decision/', { method: 'POST' })
  expect([answer.status, await answer.text()]).toEqual([404, '404 page not found\n'])
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
