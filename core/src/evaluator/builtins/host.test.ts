import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'

import { equalJson, isJsonObject } from '../../json/equal.ts'
import type { Json } from '../../json/json.ts'
import { parseJson } from '../../json/parse.ts'
import { sourceOfText, sourceOfValue } from '../../json/source.ts'
import { stringifyJson } from '../../json/stringify.ts'
import type { Engine } from '../evaluator.ts'
import { compileFixture, readLines } from '../fixtures/fixtures.ts'
import { createWasmEngine } from '../wasm/engine.ts'
import { capabilities } from './capabilities.ts'
import { nativeBuiltins } from './native.ts'
import { builtinNames, loadBuiltins, type Builtins } from './table.ts'

/** A patched scalar in front of a patched object, both to be moved. */
const crash = `[
  {"op": "add", "path": "/1/k", "value": 1},
  {"op": "replace", "path": "/0", "value": 2},
  {"op": "add", "path": "/0", "value": 3}
]`

let engine: Engine
let builtins: Builtins

beforeAll(async () => {
  builtins = await loadBuiltins()
  engine = createWasmEngine(await compileFixture('host'), { builtins })
})

afterEach(() => {
  vi.useRealTimers()
})

describe('host builtins', () => {
  it.each(['host', 'library'] as const)('answer each case of %s as OPA does', async (name) => {
    const asked = createWasmEngine(await compileFixture(name), { builtins })
    const cases = (await readLines(`${name}.cases.jsonl`)).map(parseJson).filter(isJsonObject)
    const wrong = cases.filter(({ input = null, result }) => {
      const answer = answerOf(asked, `${name}/call`, input)
      return answer === undefined || result === undefined
        ? answer !== result
        : !equalJson(answer, result)
    })
    expect(cases.length).toBeGreaterThan(1000)
    expect(wrong.map((each) => stringifyJson(each))).toEqual([])
  })

  it.each([
    ['hex.decode', '["ff"]', 'no UTF-8'],
    ['hex.encode', '["\\ufffd"]', 'no UTF-8'],
    ['numbers.range_step', '[1, 1e9, 1]', 'more than 1000000 numbers'],
    ['net.cidr_expand', '["10.0.0.0/8"]', 'more than 1048576 addresses'],
    ['net.cidr_merge', '[["::ffff:10.0.0.0/104"]]', 'mapped networks'],
    ['units.parse_bytes', '["1e999999"]', 'decimal places'],
    ['time.clock', '[[-9000000000000000000, "CET"]]', 'differs from system to system'],
    ['time.add_date', '[0, 1000000000000000000, 0, 0]', 'too many years'],
    ['json.patch', `[[1, {}], ${crash}]`, 'OPA fails'],
  ])('refuse what they cannot answer as OPA does: %s of %s', async (name, values, message) => {
    const asked = createWasmEngine(await compileFixture('library'), { builtins })
    const input = `{"name": "${name}", "arguments": ${values}}`
    expect(() => asked.evaluate('library/call', sourceOfText(input))).toThrow(message)
  })

  it('draw lots once a decision', async () => {
    const asked = createWasmEngine(await compileFixture('library'), { builtins })
    const draw = (): Json[] =>
      asked.evaluate('library/random', sourceOfText('{"name": "coin", "count": 1000000}')) as Json[]
    const [number, uuid, later] = draw()
    expect(number).toBeTypeOf('number')
    expect(Number(number)).toBeLessThan(1_000_000)
    expect(uuid).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
    expect(later).toEqual([[number, uuid]])
    expect(draw()[1]).not.toBe(uuid)
    expect(
      asked.evaluate('library/call', sourceOfText('{"name": "rand.intn", "arguments": ["x", 0]}')),
    ).toBe(0)
    expect(
      asked.evaluate(
        'library/call',
        sourceOfText('{"name": "rand.intn", "arguments": ["x", 1.5]}'),
      ),
    ).toBe(undefined)
  })

  it('see one moment throughout a decision, and another in the next', () => {
    vi.useFakeTimers({ now: 1_795_301_468_884 })
    expect(engine.evaluate('host/at', undefined)).toBe(1_795_301_468_884_000_000n)
    const now = vi
      .spyOn(Date, 'now')
      .mockImplementation(() => vi.getMockedSystemTime()?.getTime() ?? 0)
    expect(engine.evaluate('host/later', undefined)).toHaveLength(100)
    expect(now).toHaveBeenCalledTimes(1)
    vi.setSystemTime(1_795_301_468_885)
    expect(engine.evaluate('host/at', undefined)).toBe(1_795_301_468_885_000_000n)
  })
})

/** What the engine answers; a refusal stands out as text. */
function answerOf(asked: Engine, entrypoint: string, input: Json): Json | undefined {
  try {
    return asked.evaluate(entrypoint, sourceOfValue(input))
  } catch (error) {
    return String(error)
  }
}

describe('capabilities', () => {
  it('are what the runtime and the host have, each once', () => {
    expect(nativeBuiltins).toHaveLength(98)
    expect(new Set(capabilities).size).toBe(capabilities.length)
    expect(capabilities).toEqual(expect.arrayContaining([...nativeBuiltins, ...builtinNames]))
    expect(capabilities).not.toContain('http.send')
  })
})
