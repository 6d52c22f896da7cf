import fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'

import { messageOf } from '../errors.ts'
import { Decimal } from './decimal.ts'
import { equalJson } from './equal.ts'
import { JsonError, maxDepth, type Json } from './json.ts'
import { parseJson } from './parse.ts'
import { sourceOfForeign } from './source.ts'
import { stringifyJson } from './stringify.ts'

const digits = fc.stringMatching(/^(0|[1-9]\d{0,30})$/)
const literal = fc
  .tuple(
    fc.constantFrom('', '-'),
    digits,
    fc.option(fc.stringMatching(/^\d{1,30}$/), { nil: undefined }),
    fc.option(fc.stringMatching(/^[eE][-+]?\d{1,3}$/), { nil: undefined }),
  )
  .map(
    ([sign, whole, fraction, power]) =>
      sign + whole + (fraction ? `.${fraction}` : '') + (power ?? ''),
  )
const space = fc.constantFrom('', '', ' ', '\n\t')

/** JSON text with white space, every kind of number and every kind of string. */
const { text } = fc.letrec<{ text: string }>((tie) => ({
  text: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('null', 'true', 'false'),
    literal,
    fc.string({ unit: 'binary' }).map((value) => JSON.stringify(value)),
    fc
      .tuple(fc.array(tie('text')), space)
      .map(([items, gap]) => `[${gap}${items.join(gap + ',')}${gap}]`),
    fc
      .tuple(fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), tie('text')), space)
      .map(([members, gap]) => {
        const parts = Object.entries(members).map(
          ([key, value]) => `${JSON.stringify(key)}${gap}:${value}`,
        )
        return `{${parts.join(gap + ',')}${gap}}`
      }),
  ),
}))

/** The same with another character, or none, somewhere in it. */
const broken = fc.tuple(text, fc.nat(), fc.string({ maxLength: 2 })).map(([source, at, change]) => {
  const place = at % (source.length + 1)
  return source.slice(0, place) + change + source.slice(place + 1)
})

describe('parseJson', () => {
  it('keeps what a double cannot carry as written', () => {
    expect(parseJson('445611193265040129')).toBe(445611193265040129n)
    expect(parseJson('[1.0, 1e3, -0, 0.10, 1e999]')).toEqual(
      ['1.0', '1e3', '-0', '0.10', '1e999'].map((literal) => new Decimal(literal)),
    )
    expect(parseJson('{"a":[12,-1.5,1e+21,9007199254740991,9007199254740992]}')).toEqual({
      a: [12, -1.5, 1e21, 9007199254740991, 9007199254740992n],
    })
  })

  it('takes digits inside strings for what they are', () => {
    const value = { '1.0': 'a "1e3" \\', time: '2026-01-01T00:00:00.000Z 445611193265040129' }
    expect(parseJson(JSON.stringify(value))).toEqual(value)
  })

  it('keeps a member named __proto__ a member', () => {
    for (const source of ['{"__proto__":{"admin":true}}', '{"__proto__":{"admin":true},"n":1.0}']) {
      const value = parseJson(source) as { admin?: boolean }
      expect(Object.keys(value)).toContain('__proto__')
      expect(value.admin).toBeUndefined()
      expect(stringifyJson(value as Json)).toBe(source)
    }
  })

  it.each([
    ['', 'unexpected end at line 1, column 1'],
    ['{"a": 1.0,\n  "b": tru}', 'unexpected "t" at line 2, column 8'],
    ['[1,]', 'unexpected "]" at line 1, column 4'],
    ['{"a":01}', 'unexpected "0" at line 1, column 6'],
    ['{"a" 1}', 'unexpected "1" at line 1, column 6'],
    ['{a:1}', 'unexpected "a" at line 1, column 2'],
    ['"line\nbreak"', 'unexpected "\\n" at line 1, column 6'],
    ['["\\x"]', 'unexpected "\\"" at line 1, column 2'],
    ['1.0 2', 'unexpected "2" at line 1, column 5'],
  ])('names the place of the error in %j', (source, message) => {
    expect(() => parseJson(source)).toThrow(new JsonError(message))
  })

  it.each(['[', '{"a":', '["\\n",', '[0.1000,'])(
    'refuses a long text nested too deep as it does a short one, but does not parse it first: %s',
    (opening) => {
      const parse = vi.spyOn(JSON, 'parse')
      onTestFinished(() => parse.mockRestore())
      const [long, short] = [opening.repeat(100_000), opening.repeat(maxDepth + 1)]
      expect(() => parseJson(long)).toThrow(problemOf(short))
      expect(parse).not.toHaveBeenCalledWith(long)
    },
  )

  it('knows how deep a long text is, whatever its strings hold', () => {
    const around = fc.array(fc.constantFrom('"', '\\', '[', ']', '{', '}', 'x', ' '))
    fc.assert(
      fc.property(around, fc.boolean(), fc.boolean(), (characters, isTooDeep, isFirst) => {
        const text = stringifyJson(characters.join('').padEnd(70_000, 'x'))
        const inner = isFirst ? `[],${text}` : `${text},[]`
        const levels = isTooDeep ? maxDepth : maxDepth - 1
        const json = `${'['.repeat(levels)}${inner}${']'.repeat(levels)}`
        if (isTooDeep) expect(() => parseJson(json)).toThrow(/^nested deeper than 1000/)
        else expect(stringifyJson(parseJson(json))).toBe(json)
      }),
      { numRuns: 50 },
    )
  })

  it('refuses a text nested too deep, with a typed error', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(stringifyJson(parseJson(nested(maxDepth)))).toBe(nested(maxDepth))
    expect(() => parseJson(nested(maxDepth + 1))).toThrow(
      /^nested deeper than 1000 levels at line 1/,
    )
    expect(() => parseJson('{"a":'.repeat(200_000))).toThrow(JsonError)
  })

  it('agrees with JSON.parse for ordinary values', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
        const source = JSON.stringify(value, null, indent)
        expect(toDoubles(parseJson(source))).toEqual(JSON.parse(source))
      }),
    )
  })

  it('reads a long text as a short one, with every digit', () => {
    fc.assert(
      fc.property(fc.oneof(text, broken), (source) => {
        const long = source + ' '.repeat(70_000)
        expect(accepts(parseJson, long)).toBe(accepts(parseJson, source))
        if (accepts(parseJson, source))
          expect(stringifyJson(parseJson(long))).toBe(stringifyJson(parseJson(source)))
      }),
      { numRuns: 500 },
    )
  })

  it('accepts and refuses what JSON.parse does', () => {
    fc.assert(
      fc.property(fc.oneof(text, broken, fc.string()), (source) => {
        expect(accepts(parseJson, source)).toBe(accepts(JSON.parse, source))
      }),
      { numRuns: 1000 },
    )
  })

  it('gives every text back', () => {
    fc.assert(
      fc.property(text, (source) => {
        const once = stringifyJson(parseJson(source))
        expect(stringifyJson(parseJson(once))).toBe(once)
        expect(numbersOf(once)).toEqual(numbersOf(source))
      }),
    )
  })
})

describe('stringifyJson', () => {
  it.each([
    [{ a: [undefined] }, 'JSON cannot hold undefined at /a/0'],
    [{ a: { b: () => 1 } }, 'JSON cannot hold function at /a/b'],
    [[Number.NaN], 'JSON cannot hold NaN at /0'],
    [{ when: new Date(0) }, 'JSON cannot hold Date at /when'],
    [[1n, new Map()], 'JSON cannot hold Map at /1'],
    // oxlint-disable-next-line no-sparse-arrays -- a hole is what is tested
    [[1, , 2], 'JSON cannot hold undefined at /1'],
  ])('refuses %o', (value, message) => {
    expect(() => stringifyJson(value as Json)).toThrow(new JsonError(message))
  })

  it('refuses a cycle', () => {
    const cycle: { self?: unknown } = {}
    cycle.self = cycle
    expect(() => stringifyJson(cycle as Json)).toThrow(/or a cycle at \/self/)
  })

  it('writes every digit beside every kind of value', () => {
    const value = {
      id: 445611193265040129n,
      list: [new Decimal('1.0'), 'ä"', null, true, 2.5],
      none: {},
    }
    expect(stringifyJson(value)).toBe(
      '{"id":445611193265040129,"list":[1.0,"ä\\"",null,true,2.5],"none":{}}',
    )
  })
})

describe('equalJson', () => {
  it('compares numbers by value and members in any order', () => {
    expect(equalJson(parseJson('{"a":1.0,"b":[1e3]}'), { b: [1000], a: 1 })).toBe(true)
    expect(equalJson(parseJson('-0'), 0)).toBe(true)
    expect(equalJson(parseJson('12345678901234567890.0'), 12345678901234567890n)).toBe(true)
    expect(equalJson(445611193265040129n, 445611193265040130n)).toBe(false)
    expect(equalJson(parseJson('1e+23'), 10n ** 23n)).toBe(true)
    expect(equalJson(parseJson('1e+23'), BigInt(1e23))).toBe(false)
    expect(equalJson(parseJson('0.30000000000000000001'), 0.3)).toBe(false)
    expect(equalJson(parseJson('{"__proto__":1}'), { a: 1 })).toBe(false)
    expect(equalJson([1], { 0: 1 })).toBe(false)
    expect(equalJson({ a: null }, {})).toBe(false)
    expect(equalJson(null, {})).toBe(false)
  })

  it('holds between every text and itself, and for no text with one more item', () => {
    fc.assert(
      fc.property(text, (source) => {
        const value = parseJson(source)
        expect(equalJson(value, parseJson(source))).toBe(true)
        expect(equalJson([value], [value, value])).toBe(false)
      }),
    )
  })
})

function accepts(parse: (text: string) => unknown, source: string): boolean {
  try {
    parse(source)
    return true
  } catch {
    return false
  }
}

function problemOf(source: string): string {
  try {
    parseJson(source)
  } catch (error) {
    return messageOf(error)
  }
  return ''
}

function numbersOf(source: string): readonly string[] {
  return source.replace(/"(?:[^"\\]|\\.)*"/g, '""').match(/-?\d[\d.eE+-]*/g) ?? []
}

function toDoubles(value: Json): unknown {
  return JSON.parse(stringifyJson(value))
}

it('an escaped key keeps its name, whatever was read before', () => {
  // V8 13.6 alone gives the second one the key of the first.
  parseJson(String.raw`{"k":1,"k\\":2}`)
  expect(Object.keys(parseJson(String.raw`{"k":1,"k\t":2}`) as object)).toEqual(['k', 'k\t'])
  expect(Object.keys(parseJson(String.raw`{"k":1,"k\t" : 2}`) as object)).toEqual(['k', 'k\t'])
})

describe('a value that somebody else made', () => {
  const doubles = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(-0))
  const number = fc.oneof(doubles, fc.maxSafeInteger(), fc.bigInt(), fc.constant(2 ** 60))
  const foreign = fc.oneof(number, fc.array(number), fc.dictionary(fc.string(), number))

  it('is what its text is read as', () => {
    fc.assert(
      fc.property(foreign, (value) => {
        const source = sourceOfForeign(value)
        expect(source.value()).toEqual(parseJson(stringifyJson(value)))
        expect(source.text()).toBe(stringifyJson(value))
      }),
    )
  })

  it('stays as it is where it can be read in place, and is refused where JSON cannot hold it', () => {
    const value = { user: { name: 'alice', levels: [1, 2.5] } }
    expect(sourceOfForeign(value).value()).toBe(value)
    const bad = { user: { since: new Date(0) } } as unknown as Json
    expect(() => sourceOfForeign(bad)).toThrow(
      new JsonError('JSON cannot hold Date at /user/since'),
    )
  })
})

it('gives every literal back, alone and among others', () => {
  const digits = fc.stringMatching(/^\d{1,18}$/).map((text) => text.replace(/^0+(?=\d)/, ''))
  const literal = fc
    .tuple(
      fc.constantFrom('', '-'),
      digits,
      fc.option(fc.stringMatching(/^\d{1,10}$/), { nil: '' }),
      fc.constantFrom('', 'e3', 'E+2', 'e-7', 'e400'),
    )
    .map(
      ([sign, whole, fraction, power]) =>
        `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}${power}`,
    )
  fc.assert(
    fc.property(literal, literal, (first, second) => {
      for (const text of [first, `[${first},${second}]`, `{"a":${first},"b":[${second}]}`]) {
        expect(stringifyJson(parseJson(text))).toBe(text)
      }
    }),
    { numRuns: 3000 },
  )
})

it('reads half a character as Go does', () => {
  expect(parseJson('{"\\ud800": "a\\udc00b", "x": "\\ud83d\\ude00"}')).toEqual({
    '\ufffd': 'a\ufffdb',
    x: '\u{1F600}',
  })
})
