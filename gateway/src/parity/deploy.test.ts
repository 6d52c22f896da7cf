import { capabilities } from '@vedette/core/evaluator/builtins/capabilities'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import type { OpenCatalog, PolicyText } from '../catalog/catalog.support.ts'
import { base64, createKeys, openIn, tosca, update } from '../catalog/catalog.support.ts'
import { directoryForTest } from '../catalog/for-test.support.ts'
import { BUILD_MS, startCompiler } from '../compiler/compiler.support.ts'
import type { WarmCompiler } from '../compiler/compiler.ts'
import type { ToscaPolicy } from '../pap/tosca-policy.ts'
import { createGate } from './gate.ts'

let compiler: WarmCompiler
beforeAll(async () => {
  compiler = await startCompiler({ builtins: capabilities })
}, BUILD_MS)
afterAll(() => compiler.close())

const { signer } = await createKeys()

/** What derived inputs do not find: only a list of three says yes. */
const allow = 'default allow := false\nallow if count(input.parts) == data.node.trios.wanted'
const texts: PolicyText = { rego: { trios: allow }, data: { 'node.trios': '{"wanted":3}' } }
const trio = '{"parts":[5,7,9]}'
const tests = {
  'trios_test.rego': `package trios_test\ntest_trio if data.trios.allow with input as ${trio}`,
}
const examples = {
  'examples/trio.json': `{"entrypoint":"trios/allow","input":${trio},"result":true}`,
}

/** Takes every program from sources that want four. */
function mistaken(): WarmCompiler {
  const misread = (source: string): string => source.replace('== data', '== 1 + data')
  return {
    ...compiler,
    plan: (modules, own) =>
      compiler.plan(
        modules.map(({ file, source }) => ({ file, source: misread(source) })),
        own,
      ),
  }
}

interface World extends OpenCatalog {
  readonly warn: ReturnType<typeof vi.fn>
  readonly error: ReturnType<typeof vi.fn>
  readonly complaints: () => readonly string[]
}

interface WorldOptions {
  readonly directory?: string
  readonly patienceMs?: number
}

async function world(
  with_: WarmCompiler,
  { directory, patienceMs = 60_000 }: WorldOptions = {},
): Promise<World> {
  const warn = vi.fn()
  const error = vi.fn()
  const open: OpenCatalog = await openIn(directory ?? (await directoryForTest()), {
    signer,
    compiler: with_,
    gate: createGate({
      compiler: with_,
      withdraw: (...call) => open.catalog.withdraw(...call),
      idle: () => open.catalog.settled(),
      log: { warn, error },
      patienceMs,
    }),
  })
  const complaints = (): readonly string[] =>
    warn.mock.calls.flatMap(([told]) => (told as { complaints: string[] }).complaints)
  return { ...open, warn, error, complaints }
}

test('a policy without tests and examples is compared by inputs that do not find everything', async () => {
  const { catalog, warn } = await world(mistaken())
  expect(await catalog.apply(update({ deploy: [tosca('trios', texts)] }))).toMatchObject({
    deployErrors: [],
  })
  expect(warn).not.toHaveBeenCalled()
})

test.each([
  ['tests', { tests }, 'trios_test/test_trio: OPA true, here undefined'],
  ['examples', { examples }, `trios/allow of ${trio}: OPA true, here false`],
])(
  '%s find what inputs of the gate do not, and pass where there is nothing',
  async (_, brought, found) => {
    const policy = tosca('trios', { ...texts, ...brought })
    const right = await world(compiler)
    expect(await right.catalog.apply(update({ deploy: [policy] }))).toMatchObject({
      deployErrors: [],
      deployed: [{ name: 'trios' }],
    })
    expect(right.warn).not.toHaveBeenCalled()
    const { catalog } = await world(mistaken())
    const { deployErrors } = await catalog.apply(update({ deploy: [policy] }))
    expect(deployErrors).toEqual([
      `failed to build Rego File for trios: trios.rego:1:1: ERR_PARITY: the engines here answer otherwise than OPA: ${found}`,
    ])
  },
)

test('what is found after the answer withdraws the policy, is reported, and refused the next time', async () => {
  const { catalog, failures } = await world(mistaken(), { patienceMs: 0 })
  const policy = tosca('trios', { ...texts, tests, examples })
  expect(await catalog.apply(update({ deploy: [policy] }))).toMatchObject({ deployErrors: [] })
  await vi.waitFor(() => expect(failures).toHaveLength(1))
  expect(failures[0]).toMatchObject({
    kind: 'policy',
    error: expect.stringContaining('here false'),
  })
  expect(catalog.policies()).toEqual([])
  const again = await catalog.apply(update({ deploy: [policy] }))
  expect(again.deployErrors).toEqual([expect.stringContaining('ERR_PARITY')])
})

test.each([
  ['other content under the same version stays', { rego: { trios: 'allow := true' } }, ['1.0.0']],
  ['the same content under another version goes', { ...texts, version: '1.0.1' }, []],
])('while a policy is checked: %s', async (_, next, left) => {
  const mayAnswer = Promise.withResolvers<void>()
  const misread = mistaken()
  const slow: WarmCompiler = {
    ...misread,
    evaluate: async (...question) => {
      await mayAnswer.promise
      return misread.evaluate(...question)
    },
  }
  const { catalog, error, failures } = await world(slow, { patienceMs: 0 })
  await catalog.apply(update({ deploy: [tosca('trios', { ...texts, examples })] }))
  await catalog.apply(update({ deploy: [tosca('trios', { ...next, examples })] }))
  mayAnswer.resolve()
  await vi.waitFor(() => expect(error).toHaveBeenCalled())
  await catalog.settled()
  expect(catalog.policies()).toEqual(left.map((version) => ({ name: 'trios', version })))
  expect(failures).toHaveLength(1 - left.length)
})

test('what fails everywhere, or is none, is told of and stops nobody', async () => {
  const { catalog, complaints, warn } = await world(compiler)
  const policy = tosca('trios', {
    ...texts,
    tests: {
      ...tests,
      'broken_test.rego': 'package trios_test\ntest_no if {',
      'unsafe_test.rego': 'package trios_test\ntest_no if x',
      'wrong_test.rego':
        'package wrong_test\ntest_wrong if data.trios.allow\ntest_clash if clash\nclash := 1\nclash := 2\ntodo_test_x if false\ntest_case[n] if { some n in [1, 2]; n == 1 }',
    },
    examples: {
      'examples/a.json': '{"entrypoint":"trios/allow","input":{},"result":true}',
      'examples/b.json': '{"entrypoint":"trios/nothing"}',
      'examples/c.json': '{"input":{}}',
      'examples/d.json': '{',
      'examples/e.json': '{"entrypoint":"trios/allow"}',
    },
  })
  const { deployErrors } = await catalog.apply(update({ deploy: [policy] }))
  expect(deployErrors).toEqual([])
  expect(complaints()).toEqual([
    'trios/examples/b.json: the policy has no "trios/nothing"',
    expect.stringMatching(/^trios\/examples\/c\.json: .*entrypoint/),
    expect.stringMatching(/^trios\/examples\/d\.json: ./),
    'trios/examples/a.json: trios/allow: false instead of true',
    expect.stringMatching(/^trios\/broken_test\.rego:2:\d+: rego_parse_error: /),
    expect.stringMatching(/^trios\/unsafe_test\.rego:2:\d+: rego_unsafe_var_error: /),
    'trios/wrong_test.rego:2: test_wrong fails',
    expect.stringMatching(/^trios\/wrong_test\.rego:3: test_clash: .*conflict/),
    'trios/wrong_test.rego:7: test_case fails',
  ])
  expect(warn).toHaveBeenCalledExactlyOnceWith(
    { policy: { name: 'trios', version: '1.0.0' }, complaints: expect.any(Array) },
    '9 of the tests and examples of policy trios do not hold',
  )
})

test('where all are broken, the gate has inputs of its own', async () => {
  const seeded = { ...compiler, plan: mistakenFor('input.level > 3', 'input.level > 2') }
  const { catalog } = await world(seeded)
  const policy = tosca('level', {
    rego: { level: 'allow if input.level > 3' },
    tests: { 'x_test.rego': 'no Rego' },
    examples: { 'examples/x.json': '[]' },
  })
  const { deployErrors } = await catalog.apply(update({ deploy: [policy] }))
  expect(deployErrors).toEqual([expect.stringContaining('level of {"level":3}: OPA {}')])
})

function mistakenFor(right: string, wrong: string): WarmCompiler['plan'] {
  return (modules, own) =>
    compiler.plan(
      modules.map(({ file, source }) => ({ file, source: source.replace(right, wrong) })),
      own,
    )
}

test('they stay with the policy: compared again in another life, when a neighbour changes', async () => {
  const directory = await directoryForTest()
  const needy = tosca('trios', {
    rego: { trios: 'allow if count(input.parts) == data.lib.wanted' },
    examples,
  })
  const lib = (version: string, wanted: number): ToscaPolicy =>
    tosca('lib', { version, rego: { lib: `wanted := ${wanted}` } })
  const first = await world(compiler, { directory })
  await first.catalog.apply(update({ deploy: [needy, lib('1.0.0', 3)] }))
  expect(first.warn).not.toHaveBeenCalled()
  await first.catalog.close()
  const second = await world(compiler, { directory })
  await second.catalog.apply(update({ deploy: [lib('1.0.1', 4)] }))
  expect(second.complaints()).toEqual([
    'trios/examples/trio.json: trios/allow: undefined instead of true',
  ])
  await second.catalog.close()
})

test('other tests are asked, and ship nothing but the version', async () => {
  const { catalog, complaints, published } = await world(compiler)
  await catalog.apply(update({ deploy: [tosca('trios', { ...texts, tests })] }))
  await vi.waitFor(() => expect(published).toHaveLength(2))
  const other = { 'trios_test.rego': 'package trios_test\ntest_none if data.trios.allow' }
  await catalog.apply(
    update({ deploy: [tosca('trios', { ...texts, version: '1.0.1', tests: other })] }),
  )
  expect(complaints()).toEqual(['trios/trios_test.rego:2: test_none fails'])
  expect(published).toHaveLength(3)
  const steps = [...(published[2]?.blobs.values() ?? [])].map((bytes) =>
    Buffer.from(bytes).toString(),
  )
  expect(steps).toEqual(['[{"op":"replace","path":"/policies/trios","value":"1.0.1"}]'])
})

test('no word of them is in what replicas get, or in what is listed', async () => {
  const { catalog, published } = await world(compiler)
  const secret = 'Xylophon'
  const policy = tosca('trios', {
    ...texts,
    tests: {
      [`${secret}_test.rego`]: `package ${secret}_test\ntest_${secret} if data.trios.allow`,
    },
    examples: { [`examples/${secret}.json`]: `{"entrypoint":"trios/allow","input":"${secret}"}` },
  })
  await catalog.apply(update({ deploy: [policy] }))
  // The wasm follows.
  await vi.waitFor(() => expect(published).toHaveLength(2))
  const { entries, blobs } = await catalog.since({})
  const sent = [...published.flatMap((each) => [...each.blobs.values()]), ...blobs.values()]
  expect(sent.some((bytes) => Buffer.from(bytes).toString('latin1').includes('\0asm'))).toBe(true)
  const told = [entries, published, catalog.head(), catalog.sources(), catalog.policies()]
  const everything = [
    JSON.stringify(told),
    ...sent.map((bytes) => Buffer.from(bytes).toString('latin1')),
  ]
  for (const text of [secret, base64(secret).slice(0, 8)])
    expect(everything.filter((each) => each.includes(text))).toEqual([])
})

test.each([
  ['no base64', { tests: { 'a_test.rego': '*' } }, 'trios: illegal base64 data at input byte 0'],
  ['no UTF-8', { examples: { 'a.json': '/w==' } }, 'trios/a.json: it is not UTF-8'],
  [
    'too much',
    { examples: { 'a.json': 'a'.repeat(256 * 1024) } },
    'Tosca Policy Validation failed for Policy: trios: tests and examples have more than 262144 characters',
  ],
])('%s is refused as a policy that carries it', async (_, brought, sentence) => {
  const { catalog } = await world(compiler)
  const policy = tosca('trios', texts)
  const deploy = [{ ...policy, properties: { ...policy.properties, ...brought } }]
  expect(await catalog.apply(update({ deploy }))).toMatchObject({
    deployed: [],
    deployErrors: [sentence],
  })
})
