import * as sdkModule from '@open-policy-agent/opa-wasm'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'

import type { Json } from '../../json/json.ts'
import { sourceOfText, sourceOfValue } from '../../json/source.ts'
import { stringifyJson } from '../../json/stringify.ts'
import { loadBuiltins, type Builtins } from '../builtins/table.ts'
import { EvaluationError, type Engine } from '../evaluator.ts'
import { compileFixture } from '../fixtures/fixtures.ts'
import { createWasmEngine } from './engine.ts'
import { pageBytes } from './memory.ts'
import { startPolicy } from './policy.ts'
import { compileUnit, type WasmModule } from './webassembly.ts'

/** Its types promise a module with names, its code is CommonJS. */
const { loadPolicySync } = Reflect.get(sdkModule, 'default') as typeof sdkModule

let shapes: WasmModule
let rbac: WasmModule
let builtins: Builtins

beforeAll(async () => {
  shapes = await compileFixture('shapes')
  rbac = await compileFixture('rbac')
  builtins = await loadBuiltins()
})

function ask(engine: Engine, rule: string, input?: string): string | undefined {
  const answer = engine.evaluate(
    `shapes/${rule}`,
    input === undefined ? undefined : sourceOfText(input),
  )
  return answer === undefined ? undefined : stringifyJson(answer)
}

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof EvaluationError) return error.code
  }
  return 'no EvaluationError'
}

describe('effort', () => {
  it('is limited where a builtin would go on and on, and whole again for the next question', async () => {
    const engine = createWasmEngine(await compileFixture('library'), { builtins, effort: 100_000 })
    const nodes = Array.from({ length: 40 }, (_, at) => `n${at}`)
    const graph = Object.fromEntries(nodes.map((node, at) => [node, nodes.slice(at + 1)]))
    const call = (...operands: readonly Json[]): Json | undefined =>
      engine.evaluate(
        'library/call',
        sourceOfValue({ name: 'graph.reachable_paths', arguments: operands }),
      )
    expect(codeOf(() => call(graph, ['n0']))).toBe('ERR_LIMIT')
    expect(call({ a: ['b'], b: [] }, ['a'])).toEqual([['a', 'b']])
  })
})

describe('input', () => {
  it.each([
    ['false', 'boolean'],
    ['0', 'number'],
    ['""', 'string'],
    ['null', 'null'],
    ['[]', 'array'],
    ['{}', 'object'],
  ])('takes %s for an input', (input, kind) => {
    const engine = createWasmEngine(shapes, { builtins })
    expect(ask(engine, 'kind', input)).toBe(`"${kind}"`)
    expect(ask(engine, 'echo', input)).toBe(input)
  })

  it('knows no input from every input', () => {
    const engine = createWasmEngine(shapes, { builtins })
    expect(engine.evaluate('shapes/echo', undefined)).toBeUndefined()
    expect(engine.evaluate('shapes/kind', undefined)).toBeUndefined()
    expect(engine.evaluate('shapes/allow', undefined)).toBe(false)
  })

  it('refuses a broken text instead of deciding without input', () => {
    const engine = createWasmEngine(shapes, { builtins })
    expect(codeOf(() => ask(engine, 'has_input', '{"user":"alice"'))).toBe('ERR_EVALUATION')
    expect(ask(engine, 'allow', '{"user":"alice"}')).toBe('true')
  })

  it('replaces half characters, as OPA does, instead of aborting', () => {
    const engine = createWasmEngine(shapes, { builtins })
    expect(
      ask(
        engine,
        'echo',
        '["\\ud800","\\uD83D\\uDE00","\\\\ud800","a\\udc00b","\\ud800\\ud83d\\ude00"]',
      ),
    ).toBe('["\ufffd","😀","\\\\ud800","a\ufffdb","\ufffd😀"]')
    expect(ask(engine, 'echo', '"\ud800"')).toBe('"\ufffd"')
  })

  it('takes an input many times larger than the memory so far', () => {
    const engine = createWasmEngine(shapes, { builtins })
    const input = JSON.stringify(
      Array.from({ length: 30_000 }, (_, id) => ({ id, name: 'ä'.repeat(9) })),
    )
    expect(engine.evaluate('shapes/echo', sourceOfText(input))).toEqual(JSON.parse(input))
  })
})

describe('result', () => {
  it('keeps every digit of input, data and sums', () => {
    const engine = createWasmEngine(shapes, { builtins })
    const literals =
      '[445611193265040129,1.0,1e3,-0,0.30000000000000000001,123456789012345678901234567890]'
    engine.setData(sourceOfText(`{"node":{"id":445611193265040129,"literals":${literals}}}`))
    expect(ask(engine, 'echo', literals)).toBe(literals)
    expect(ask(engine, 'document')).toContain(literals)
    expect(ask(engine, 'big', '{"id":445611193265040129}')).toBe('true')
    expect(ask(engine, 'big', '{"id":445611193265040128}')).toBe('false')
    expect(ask(engine, 'sum', '{"a":18446744073709551615,"b":3}')).toBe('18446744073709551618')
  })

  it('keeps every number there is, wherever it stands', () => {
    const engine = createWasmEngine(shapes, { builtins })
    const literal = fc.stringMatching(/^-?(0|[1-9]\d{0,17})(\.\d{1,8})?([eE][-+]?\d{1,2})?$/)
    const places = ['#', '[#]', '["a",#,1]', '{"a":#}', '{"a":["1.0 -0",#,2]}', '[[#],0.5]']
    fc.assert(
      fc.property(literal, fc.constantFrom(...places), (number, place) => {
        const text = place.replace('#', number)
        expect(ask(engine, 'echo', text)).toBe(text)
      }),
      { numRuns: 500 },
    )
  })

  it('puts sets in OPA’s order: by type, by value, by code point, nested too', () => {
    const engine = createWasmEngine(shapes, { builtins })
    expect(engine.evaluate('shapes/strings', undefined)).toEqual([
      '',
      'Z',
      'a',
      'ab',
      'b',
      'é',
      '\ue000',
      '\uffff',
      '😀',
    ])
    expect(ask(engine, 'nested')).toBe(
      '[null,false,1.5,9,10,"x",[1,[1,2]],{"k":[null,true,3,"x"]},[[],[0,1],[1]]]',
    )
    expect(ask(engine, 'numbers')).toBe('[0.5,1,9,10,1e3,445611193265040128,445611193265040129]')
    expect(JSON.parse(ask(engine, 'empty') ?? '')).toEqual({ set: [], object: {}, array: [] })
  })

  it('writes keys that are no strings as OPA does', () => {
    expect(createWasmEngine(shapes, { builtins }).evaluate('shapes/keys', undefined)).toEqual({
      '1': 'one',
      a: 2,
      '{"x":1,"y":"\\u003c"}': 3,
      '["q",[1]]': 4,
      true: 5,
      null: 6,
      '[1,2]': 7,
    })
  })

  it('is undefined where no rule gives a value', () => {
    expect(
      createWasmEngine(shapes, { builtins }).evaluate('shapes/undef', sourceOfText('{}')),
    ).toBeUndefined()
  })

  it('keeps a member named __proto__ a member', () => {
    const engine = createWasmEngine(shapes, { builtins })
    const input = '{"__proto__":{"admin":true}}'
    engine.setData(sourceOfText(`{"node":${input}}`))
    expect(ask(engine, 'echo', input)).toBe(input)
    expect(ask(engine, 'document')).toBe(input)
    expect(stringifyJson(engine.evaluate('shapes', sourceOfText(input)) ?? null)).toContain(
      `"echo":${input}`,
    )
  })
})

describe('failure', () => {
  it('of a conflict is an error, and the next decision is right', () => {
    const engine = createWasmEngine(shapes, { builtins })
    engine.setData(sourceOfText('{"node":{"users":{"alice":{"roles":["x"]}}}}'))
    for (let turn = 0; turn < 3; turn++) {
      expect(codeOf(() => ask(engine, 'one_of', '{"words":["a","b"]}'))).toBe('ERR_EVALUATION')
      expect(ask(engine, 'one_of', '{"words":["a","a"]}')).toBe('"a"')
      expect(ask(engine, 'roles', '{"user":"alice"}')).toBe('["x"]')
    }
    expect(() => ask(engine, 'one_of', '{"words":["a","b"]}')).toThrow(
      /shapes\.rego:\d+:1: .*conflict/,
    )
  })

  it('of a bottomless input is an error, and the next decision is right', () => {
    const engine = createWasmEngine(shapes, { builtins })
    expect(codeOf(() => ask(engine, 'kind', '['.repeat(500_000)))).toBe('ERR_EVALUATION')
    expect(ask(engine, 'kind', '1')).toBe('"number"')
  })

  it('of an unknown entrypoint is an error', () => {
    const engine = createWasmEngine(shapes, { builtins })
    expect(codeOf(() => ask(engine, 'nope'))).toBe('ERR_UNKNOWN_ENTRYPOINT')
    expect(codeOf(() => engine.evaluate('__proto__', undefined))).toBe('ERR_UNKNOWN_ENTRYPOINT')
  })

  it('of data leaves the last good data in force', () => {
    const engine = createWasmEngine(shapes, { builtins, maxMemoryBytes: 4 * 2 ** 20 })
    engine.setData(sourceOfText('{"node":{"id":1}}'))
    const large = JSON.stringify({ node: 'x'.repeat(5e6) })
    expect(codeOf(() => engine.setData(sourceOfText(large)))).toBe('ERR_MEMORY_LIMIT')
    expect(ask(engine, 'document')).toBe('{"id":1}')
    expect(codeOf(() => engine.setData(sourceOfText('{"node":')))).toBe('ERR_EVALUATION')
    expect(ask(engine, 'document')).toBe('{"id":1}')
  })

  it('of memory comes only when it is really used up', () => {
    const engine = createWasmEngine(shapes, { builtins, maxMemoryBytes: 8 * 2 ** 20 })
    const text = JSON.stringify('x'.repeat(1e6))
    engine.setData(sourceOfText(`{"node":${text}}`))
    expect(ask(engine, 'document')).toBe(text)
    expect(ask(engine, 'kind', '"x"')).toBe('"string"')
  })

  it('of memory is an error of its own, and the next decision is right', async () => {
    const engine = createWasmEngine(await compileFixture('host'), {
      builtins,
      maxMemoryBytes: 4 * 2 ** 20,
    })
    expect(codeOf(() => engine.evaluate('host/grow', sourceOfText('{"count":1000000}')))).toBe(
      'ERR_MEMORY_LIMIT',
    )
    expect(engine.evaluate('host/grow', sourceOfText('{"count":10}'))).toBe(10)
  })

  it('refuses at creation what cannot run', async () => {
    const unsupported = await compileFixture('unsupported')
    expect(() => createWasmEngine(unsupported, { builtins })).toThrow(
      'the policy cannot run here: it calls http.send, which this host does not have',
    )
    const empty = await compileUnit(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))
    expect(codeOf(() => createWasmEngine(empty, { builtins }))).toBe('ERR_UNSUPPORTED_POLICY')
    expect(codeOf(() => createWasmEngine(shapes, { builtins, maxMemoryBytes: pageBytes }))).toBe(
      'ERR_MEMORY_LIMIT',
    )
  })
})

it('starts a policy that declares more memory than usual', async () => {
  // A module that imports env.memory of at least 40 pages and has nothing else: no policy, but started.
  const header = [0, 97, 115, 109, 1, 0, 0, 0]
  const memory = [
    2,
    15,
    1,
    3,
    ...new TextEncoder().encode('env'),
    6,
    ...new TextEncoder().encode('memory'),
    2,
    0,
    40,
  ]
  const module = await compileUnit(new Uint8Array([...header, ...memory]))
  expect(() => createWasmEngine(module, { builtins })).toThrow('its ABI is not version 1')
  expect(codeOf(() => createWasmEngine(module, { builtins, maxMemoryBytes: 39 * pageBytes }))).toBe(
    'ERR_MEMORY_LIMIT',
  )
})

it('takes the memory for its data in one step, and not much more than it needs', () => {
  const policy = startPolicy(rbac, { builtins })
  const text = JSON.stringify(
    Array.from({ length: 20_000 }, (_, id) => ({ id, roles: ['reader', 'writer'] })),
  )
  const before = policy.memoryBytes()
  policy.load(sourceOfText(text))
  const loaded = policy.memoryBytes()
  expect(loaded - before).toBeLessThan(20.5 * text.length)
  policy.load(sourceOfText(text))
  expect(policy.memoryBytes()).toBe(loaded)
})

it('stays as it is over 20,000 decisions and 100 data documents', () => {
  const policy = startPolicy(rbac, { builtins })
  const [allow, list] = ['authz/allow', 'authz/list'].map((name) => policy.entrypoints.get(name))
  if (!allow || !list) throw new Error('entrypoints are missing')
  const users = Array.from({ length: 50 }, (_, id) => [`u${id}`, { roles: ['reader'] }])
  const readers = (prefix: string) => ({ reader: { permissions: [{ action: 'read', prefix }] } })
  const data = (prefix: string) =>
    JSON.stringify({ node: { users: Object.fromEntries(users), roles: readers(prefix) } })
  const input = '{"user":"u7","action":"read","resource":{"path":"/a/b","owner":""}}'
  const settled: number[] = []
  for (let turn = 0; turn < 100; turn++) {
    const allowed = turn % 2 === 0
    policy.load(sourceOfText(data(allowed ? '/a' : '/other')))
    for (let decision = 0; decision < 200; decision++) {
      expect(policy.decide(allow, input)).toBe(allowed)
    }
    expect(policy.decide(list, undefined)).toHaveLength(50)
    settled.push(policy.memoryBytes())
  }
  expect(new Set(settled).size).toBe(1)
})

describe('beside the SDK of OPA', () => {
  const scalar = fc.oneof(
    fc.constantFrom(null, true, false, 0, 1, -1.5, 'a', 'b', '', 'ä😀"\\\n'),
    fc.integer({ min: -1e9, max: 1e9 }),
  )
  const { json } = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 3 },
      scalar,
      fc.array(tie('json'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom('a', 'user', 'list', 'x y', 'ü'), tie('json'), {
        noNullPrototype: true,
      }),
    ),
  }))
  const input = fc.oneof(
    json,
    fc.record(
      {
        user: fc.constantFrom('alice', 'bob'),
        list: json,
        words: fc.array(scalar),
        a: scalar,
        b: scalar,
      },
      { requiredKeys: [] },
    ),
  )
  // The SDK does not sort sets; rules that give sets are left to the tests above.
  const rule = fc.constantFrom(
    'allow',
    'echo',
    'document',
    'kind',
    'sum',
    'one_of',
    'undef',
    'has_input',
  )

  it('gives the same answers to any input and data', () => {
    const engine = createWasmEngine(shapes, { builtins })
    const sdk = loadPolicySync(shapes as Parameters<typeof loadPolicySync>[0])
    fc.assert(
      fc.property(input, json, rule, (question, node, name) => {
        engine.setData(sourceOfText(JSON.stringify({ node })))
        sdk.setData({ node })
        const text = JSON.stringify(question)
        expect(attempt(() => engine.evaluate(`shapes/${name}`, sourceOfText(text)))).toEqual(
          attempt(() =>
            resultOf(sdk.evaluate(new TextEncoder().encode(text).buffer, `shapes/${name}`)),
          ),
        )
      }),
      { numRuns: 1000 },
    )
  })
})

function resultOf(results: unknown): unknown {
  const [first] = results as { result: unknown }[]
  return first?.result
}

function attempt(action: () => unknown): unknown {
  try {
    return action()
  } catch {
    return 'refused'
  }
}
