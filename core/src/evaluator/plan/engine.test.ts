import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'

import type { Json } from '../../json/json.ts'
import { parseJson } from '../../json/parse.ts'
import { sourceOfText, sourceOfValue } from '../../json/source.ts'
import { stringifyJson } from '../../json/stringify.ts'
import { loadBuiltins, type Builtins } from '../builtins/table.ts'
import { EvaluationError, type Engine } from '../evaluator.ts'
import { readPlan } from '../fixtures/fixtures.ts'
import { optimise } from './optimiser/optimise.ts'
import { canRun, createPlanEngine, programBuiltins, type PlanLimits } from './runtime/engine.ts'

let semantics: string
let shapes: string
let builtins: Builtins

beforeAll(async () => {
  semantics = optimise(await readPlan('semantics'))
  shapes = optimise(await readPlan('shapes'))
  builtins = await loadBuiltins()
})

function start(program: string, data: Json = {}, limits: PlanLimits = {}): Engine {
  const engine = createPlanEngine(program, { builtins, limits })
  engine.setData(sourceOfValue(data))
  return engine
}

/** The answer as text, or the code of the error. */
function ask(engine: Engine, entrypoint: string, input?: string): string {
  try {
    const source = input === undefined ? undefined : sourceOfText(input)
    const answer = engine.evaluate(entrypoint, source)
    return answer === undefined ? 'undefined' : stringifyJson(answer)
  } catch (error) {
    return error instanceof EvaluationError ? error.code : String(error)
  }
}

const conflict = 'ERR_EVALUATION'

describe('decides as OPA', () => {
  it.each([
    ['branch', '{"a": 1}', '"one"'],
    ['branch', '{"a": 1.0}', '"one"'],
    ['branch', '{"a": 2}', '"two"'],
    ['branch', '{"a": [3], "b": null}', '[3]'],
    ['branch', '{"a": [3], "b": false}', 'undefined'],
    ['branch', undefined, 'undefined'],
    ['grade', '{"a": 1}', '"small"'],
    ['grade', '{"a": 11}', '"large"'],
    ['grade', '{"a": 7}', conflict],
    ['grade', '{"a": "x"}', '"large"'],
    ['word', '{"words": ["x", "x"]}', '"x"'],
    ['word', '{"words": []}', 'undefined'],
    ['word', '{"words": ["x", "y"]}', conflict],
    ['objects', '{"a": {"k": 1}, "b": ["v"]}', '{"0":"v","k":1}'],
    ['objects', '{"a": {"k": 1}, "b": {"k": 1.0}}', '{"k":1}'],
    ['objects', '{"a": {"k": 1}, "b": {"k": 2}}', conflict],
    ['twice', '{"a": 1, "b": 1}', '1'],
    [
      'nested',
      '{"a": {"k": 1}, "b": {"k": 2, "l": 3}}',
      '{"k":{"list":[1],"other":[2]},"l":{"other":[3]}}',
    ],
    ['deep', '{"a": {"fixed": {"d": 1}}, "b": 2}', '{"fixed":{"b":{"c":2,"d":1}}}'],
    ['deep', '{"a": {"fixed": {"c": 1}}, "b": 2}', conflict],
    [
      'grouped',
      '{"words": ["x", 1, null, "y"]}',
      '{"null":[null],"number":[1],"string":["x","y"]}',
    ],
    ['all', '{"a": {}, "b": {}}', 'true'],
    ['all', '{"a": {"k": 1}, "b": {"k": 1}}', 'true'],
    ['all', '{"a": [1, 2], "b": [1, 3]}', 'undefined'],
    ['all', '{"a": "text", "b": {}}', 'undefined'],
    ['none', '{"a": [1], "b": 1}', 'true'],
    ['none', '{"a": [false], "b": 0}', 'true'],
    ['none', '{"a": [null], "b": 0}', 'undefined'],
    ['replaced', '{"user": "y"}', '["x","y"]'],
    ['upserted', '{"a": {"b": 1, "d": 2}, "b": 3}', '[{"b":{"c":3},"d":2},{"b":1,"d":2}]'],
    ['mocked', '{"a": 2, "words": []}', '[7,42,4]'],
    ['dynamic', '{"word": "first"}', '1'],
    ['dynamic', '{"word": "second", "a": [2]}', '[2]'],
    ['dynamic', '{"word": "second"}', 'undefined'],
    ['dynamic', '{"word": "third", "b": 1}', 'undefined'],
    ['dynamic', '{"word": 1}', 'undefined'],
    ['pair', '{"a": [1, [2]]}', '[1,[2]]'],
    ['pair', '{"a": [1, 2, 3]}', 'undefined'],
    ['pattern', '{"a": {"k": 1, "l": ["y", 2]}}', '{"x":1,"y":"y"}'],
    ['pattern', '{"a": {"k": 1, "l": ["y", 2], "m": 0}}', 'undefined'],
    ['indexed', '{"word": "get", "a": 1}', '"get"'],
    ['indexed', '{"word": "put"}', '"some"'],
    ['indexed', '{"word": "put", "b": 1}', '"none"'],
    ['indexed', '{"word": "go"}', '"any"'],
    ['indexed', '{"word": null}', '"null"'],
    ['indexed', '{"word": true}', '"true"'],
    ['indexed', '{"word": 1}', '"none"'],
    ['indexed', '{"word": ["get"]}', '"none"'],
    ['indexed', '{}', '"none"'],
    ['first', '{"words": {"a": "x"}, "word": "x"}', 'true'],
    ['walked', '{"a": {"k": [1, 2]}, "b": 2}', '[["k",1]]'],
    ['found', '{"a": 1, "words": [1.0], "word": 1}', '{"at":[0],"member":true}'],
    [
      'ordered',
      '{"a": {"b": 1, "😀": 2, "\uffff": 3, "10": 4, "9": 5}}',
      '["10","9","b","\uffff","😀"]',
    ],
    [
      'literal',
      '{}',
      '{"keys":{"1":"b","null":[]},"numbers":[1,1.0,1e2,12345678901234567890,0.1],"set":[1,2,{"a":null}]}',
    ],
    [
      'kinds',
      '{"words": [1, 2.5, "x", null, {}, [], true]}',
      '["array","boolean","null","number","object","string"]',
    ],
    ['fallback', '{"a": {"b": {"c": {}}}}', '{"value":"none"}'],
    ['fallback', '{"a": {"b": {"c": {"d": false}}}}', '{"value":false}'],
  ])('%s of %s', (rule, input, expected) => {
    const answer = ask(start(semantics), `semantics/${rule}`, input)
    const isText = expected !== 'undefined' && expected !== conflict
    expect(isText ? sorted(answer) : answer).toBe(isText ? sorted(expected) : expected)
  })
})

/** With members by name: their order is nothing OPA promises. */
function sorted(text: string): string {
  const sort = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(sort)
    if (typeof value !== 'object' || value === null || !isRecord(value)) return value
    return Object.fromEntries(
      Object.keys(value)
        .sort()
        .map((key) => [key, sort(value[key] as Json)]),
    )
  }
  return stringifyJson(sort(parseJson(text)))
}

function isRecord(value: object): value is Record<string, Json> {
  return Object.getPrototypeOf(value) === Object.prototype
}

describe('data', () => {
  const document = {
    node: {
      kept: { inner: 1, other: 2 },
      same: { a: 1 },
      users: { u: { roles: ['admin'] } },
      '2': 'two',
      list: ['x'],
    },
  }

  it('is replaced under with, and only there', () => {
    expect(ask(start(semantics, document), 'semantics/datum', '{"a": [3]}')).toBe(
      '[{"inner":[3],"other":2},{"inner":1,"other":2}]',
    )
  })

  it('is read as OPA stores it: by a number as by its text', () => {
    const engine = start(semantics, document)
    expect(ask(engine, 'semantics/document', '{"word": 2}')).toBe('"two"')
    expect(ask(engine, 'semantics/document', '{"word": "2"}')).toBe('"two"')
    expect(ask(engine, 'semantics/document', '{"word": "list"}')).toBe('["x"]')
  })

  it('has no members but its own', () => {
    for (const word of [
      '__proto__',
      'constructor',
      'toString',
      'length',
      'size',
      'items',
      'text',
    ]) {
      const engine = start(semantics, document)
      expect(ask(engine, 'semantics/document', JSON.stringify({ word }))).toBe('undefined')
      const own = start(semantics, parseJson(`{"node": {"${word}": 1}}`))
      expect(ask(own, 'semantics/document', JSON.stringify({ word }))).toBe('1')
    }
  })

  it('shares nothing with a result', () => {
    const engine = start(semantics, document)
    const result = engine.evaluate(
      'semantics/document',
      sourceOfValue({ word: 'list' }),
    ) as string[]
    result.push('y')
    expect(ask(engine, 'semantics/document', '{"word": "list"}')).toBe('["x"]')
  })

  it('stays as it was when it cannot be replaced', () => {
    const engine = start(semantics, document)
    expect(() => engine.setData(sourceOfText('{'))).toThrow()
    expect(ask(engine, 'semantics/document', '{"word": "2"}')).toBe('"two"')
  })

  it('is, after a patch, the document that it led to', () => {
    const engine = start(semantics, document)
    expect(ask(engine, 'semantics/document', '{"word": "list"}')).toBe('["x"]')
    engine.patchData(sourceOfValue({ node: { list: 1 } }), [])
    expect(ask(engine, 'semantics/document', '{"word": "list"}')).toBe('1')
  })

  it('may be patched where it lies', () => {
    const changing: Record<string, Json> = { node: { list: 1 } }
    const engine = start(semantics, changing)
    expect(ask(engine, 'semantics/document', '{"word": "list"}')).toBe('1')
    changing['node'] = { list: 2 }
    engine.patchData(sourceOfValue(changing), [])
    expect(ask(engine, 'semantics/document', '{"word": "list"}')).toBe('2')
  })
})

describe('members by name', () => {
  it.each([1, 128, 129, 300])('are found as they are now, of %i', (count) => {
    const names = Array.from({ length: count }, (_, at) => `name${at}`)
    const node: Record<string, Json> = Object.fromEntries(names.map((name, at) => [name, at]))
    const engine = start(semantics, { node })
    const look = (name: string): string => ask(engine, 'semantics/document', `{"word": "${name}"}`)
    const lookAtAll = (): readonly string[] => [...names, 'nobody', ...names].map(look)
    expect(lookAtAll()).toEqual([...names.keys(), undefined, ...names.keys()].map(String))
    delete node['name0']
    node['nobody'] = 1
    for (const name of names.slice(1)) node[name] = 'other'
    engine.patchData(sourceOfValue({ node }), [])
    const others = [undefined, ...names.slice(1).fill('"other"')]
    expect(lookAtAll()).toEqual([...others, 1, ...others].map(String))
  })
})

describe('members of members by name', () => {
  const program = [
    '{"version":1,"builtins":[],"entrypoints":{"leaf":0},"parameters":[0]}',
    '{"slots":4,"result":0,"clears":[0],"blocks":[[["let",1,["dot",["input"],"a"]],["let",2,["dot",["input"],"b"]],["let",3,["dot",["input"],"c"]],["let",0,["base",["base",["base",["base",["data"],"node"],["local",1]],["local",2]],["local",3]]]]]}',
  ].join('\n')

  it.each([1, 3, 65])('are found as they are now, %i of each of as many', (count) => {
    const names = Array.from({ length: count }, (_, at) => `name${at}`)
    const nodeOf = (leaf: (outer: number, inner: number) => Json): Json =>
      Object.fromEntries(
        names.map((outer, a) => [
          outer,
          Object.fromEntries(names.map((inner, b) => [inner, { leaf: leaf(a, b) }])),
        ]),
      )
    const engine = start(program, { node: nodeOf((a, b) => a * count + b) })
    const look = (a: string, b: string, c = 'leaf'): string =>
      ask(engine, 'leaf', JSON.stringify({ a, b, c }))
    const lookAtAll = (): readonly string[] =>
      names.flatMap((outer) => names.map((inner) => look(outer, inner)))
    const numbers = [...Array(count * count).keys()].map(String)
    expect(lookAtAll()).toEqual(numbers)
    expect(lookAtAll()).toEqual(numbers)
    for (const key of ['nobody', '__proto__', 'constructor', 'text'])
      expect([look(key, 'name0'), look('name0', key), look('name0', 'name0', key)]).toEqual(
        Array(3).fill('undefined'),
      )
    engine.patchData(sourceOfValue({ node: nodeOf(() => 'other') }), [])
    expect(lookAtAll()).toEqual(numbers.map(() => '"other"'))
    engine.patchData(sourceOfValue({ node: [[['item']]] }), [])
    expect([look('name0', 'name0'), look('0', '0', '0')]).toEqual(['undefined', '"item"'])
  })
})

describe('neither data nor input', () => {
  const key = fc.constantFrom(
    'a',
    'b',
    'c',
    'd',
    'k',
    'user',
    'word',
    'words',
    '__proto__',
    '0',
    'fixed',
  )
  const { json } = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      fc.constantFrom<Json>(null, true, false, 0, 1, 2, 'a', 'x', 'first', 'get', ''),
      fc.array(tie('json'), { maxLength: 3 }),
      fc.dictionary(key, tie('json'), { maxKeys: 4 }),
    ),
  }))

  it('is ever changed', () => {
    const engine = start(semantics)
    fc.assert(
      fc.property(json, json, fc.constantFrom(...engine.entrypoints), (input, node, entrypoint) => {
        engine.setData(sourceOfValue(freeze({ node })))
        const before = stringifyJson(input)
        try {
          engine.evaluate(entrypoint, sourceOfValue(freeze(input)))
        } catch (error) {
          expect((error as EvaluationError).message).toContain('eval_conflict_error')
        }
        expect(stringifyJson(input)).toBe(before)
      }),
      { numRuns: 1000 },
    )
  })
})

/** What changes it throws a `TypeError`. */
function freeze(value: Json): Json {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(freeze)
  return Object.freeze(value)
}

describe('limits', () => {
  const many = JSON.stringify({ words: Array.from({ length: 100 }, () => 'x') })

  it('end a decision that takes too many steps, not the engine', () => {
    const engine = start(semantics, {}, { steps: 50 })
    expect(ask(engine, 'semantics/word', many)).toBe('ERR_LIMIT')
    expect(ask(engine, 'semantics/word', '{"words": ["x"]}')).toBe('"x"')
  })

  it('end a decision with a large result', () => {
    const engine = start(shapes, {}, { resultSize: 100 })
    expect(ask(engine, 'shapes/echo', JSON.stringify('x'.repeat(92)))).toHaveLength(94)
    expect(ask(engine, 'shapes/echo', JSON.stringify('x'.repeat(93)))).toBe('ERR_LIMIT')
    expect(ask(engine, 'shapes/echo', '[[]]')).toBe('[[]]')
    expect(ask(engine, 'shapes/echo', '[[], []]')).toBe('ERR_LIMIT')
    expect(ask(engine, 'shapes/echo', many)).toBe('ERR_LIMIT')
  })

  it('end a decision that goes too deep', () => {
    let deep: Json = 1
    for (let depth = 0; depth < 100_000; depth++) deep = [deep]
    const engine = start(shapes)
    expect(() => engine.evaluate('shapes/echo', sourceOfValue(deep))).toThrow(EvaluationError)
    expect(ask(engine, 'shapes/echo', '1')).toBe('1')
  })
})

describe('an engine', () => {
  it('goes on after a conflict as if nothing had been', () => {
    const engine = start(semantics)
    for (let round = 0; round < 3; round++) {
      expect(ask(engine, 'semantics/word', '{"words": ["x", "y"]}')).toBe(conflict)
      expect(ask(engine, 'semantics/word', '{"words": []}')).toBe('undefined')
      expect(ask(engine, 'semantics/word', '{"words": ["y"]}')).toBe('"y"')
      expect(ask(engine, 'semantics/replaced', '{"user": "u"}')).toBe('["x","u"]')
    }
  })

  it('has its data again after a conflict where they were replaced', () => {
    const lines = [
      '{"version":1,"builtins":[],"entrypoints":{"replaced":0,"stored":1},"parameters":[0,0]}',
      '{"slots":1,"result":0,"clears":[0],"blocks":[[["with","data",["x"],1,[["copy",0,["base",["data"],"x"]],["once",0,["input"]]]]]]}',
      '{"slots":1,"result":0,"clears":[0],"blocks":[[["let",0,["base",["data"],"x"]]]]}',
    ]
    const engine = start(lines.join('\n'), { x: 'stored' })
    expect(ask(engine, 'replaced', '1')).toBe('1')
    expect(ask(engine, 'replaced', '2')).toBe(conflict)
    expect(ask(engine, 'stored')).toBe('"stored"')
  })

  it('knows nothing of the decision before', () => {
    const engine = start(semantics)
    expect(ask(engine, 'semantics/dynamic', '{"word": "second", "a": 1}')).toBe('1')
    expect(ask(engine, 'semantics/dynamic', '{"word": "second"}')).toBe('undefined')
    expect(ask(engine, 'semantics/grade', '{"a": 1}')).toBe('"small"')
    expect(ask(engine, 'semantics/grade')).toBe('undefined')
  })

  it('tells no input from every input', () => {
    const engine = start(shapes)
    expect(engine.evaluate('shapes/echo', undefined)).toBeUndefined()
    for (const input of ['null', 'false', '0', '""', '{}'])
      expect(ask(engine, 'shapes/echo', input)).toBe(input)
  })

  it('decides nothing by a text that is no JSON', () => {
    const engine = start(shapes)
    expect(ask(engine, 'shapes/has_input', '{"user": "alice"')).toBe('ERR_EVALUATION')
    expect(ask(engine, 'shapes/has_input', '{"user": "alice"}')).toBe('true')
  })

  it('names its entrypoints and refuses others', () => {
    const engine = start(shapes)
    expect(engine.entrypoints).toContain('shapes/deep')
    expect(ask(engine, 'shapes/nowhere')).toBe('ERR_UNKNOWN_ENTRYPOINT')
    expect(ask(engine, 'constructor')).toBe('ERR_UNKNOWN_ENTRYPOINT')
  })

  it('asks for the builtins it needs', () => {
    expect(programBuiltins(semantics)).toContain('walk')
    expect(() => createPlanEngine(semantics, { builtins: new Map() })).toThrow(
      /the builtin .* is missing/,
    )
  })

  it('refuses a program of another version', () => {
    const [head = '', ...bodies] = shapes.split('\n')
    const newer = [head.replace('"version":1', '"version":2'), ...bodies].join('\n')
    expect(canRun(1)).toBe(true)
    expect(canRun(2)).toBe(false)
    expect(() => createPlanEngine(newer, { builtins })).toThrow(
      expect.objectContaining({ code: 'ERR_ENGINE_UNFIT' }),
    )
  })

  it('refuses what is no program', () => {
    expect(() => createPlanEngine('', { builtins })).toThrow(
      expect.objectContaining({ code: 'ERR_UNSUPPORTED_POLICY' }),
    )
    expect(() => createPlanEngine('{}', { builtins })).toThrow(
      expect.objectContaining({ code: 'ERR_ENGINE_UNFIT' }),
    )
  })

  it('fails on a failing builtin when errors are strict', () => {
    const lenient = createPlanEngine(shapes, { builtins })
    const strict = createPlanEngine(shapes, { builtins, strictErrors: true })
    const input = '{"a": "one", "b": 2}'
    expect(ask(lenient, 'shapes/sum', input)).toBe('undefined')
    expect(ask(strict, 'shapes/sum', input)).toBe('ERR_EVALUATION')
    expect(ask(strict, 'shapes/sum', '{"a": 1, "b": 2}')).toBe('3')
  })
})
