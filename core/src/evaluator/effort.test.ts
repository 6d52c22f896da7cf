import { afterEach, beforeAll, describe, expect, it } from 'vitest'

import { loadBuiltins, type Builtins } from './builtins/table.ts'
import { limitEffort } from './effort.ts'
import { compareValues, isEqual, RegoSet, setOf, type RegoValue } from './value.ts'

let builtins: Builtins

beforeAll(async () => {
  builtins = await loadBuiltins([
    'graph.reachable_paths',
    'json.patch',
    'json.marshal',
    'sprintf',
    'strings.render_template',
    'walk',
  ])
})

afterEach(() => limitEffort(Infinity))

/** Small in memory, and without an end for who goes through it. */
function doubled(times: number): RegoValue {
  let value: RegoValue = [1]
  for (let time = 0; time < times; time++) value = [value, value]
  return value
}

function call(name: string, ...operands: readonly RegoValue[]): RegoValue | undefined {
  return builtins.get(name)?.(operands, {})
}

const nodes = Array.from({ length: 40 }, (_, at) => `n${at}`)
const graph = Object.fromEntries(nodes.map((node, at) => [node, nodes.slice(at + 1)]))
const patches = Array.from({ length: 10_000 }, () => ({ op: 'add', path: '/0', value: 1 }))
const loops =
  '{{range .a}}{{range $.a}}{{range $.a}}{{range $.a}}{{range $.a}}x{{end}}{{end}}{{end}}{{end}}{{end}}'

describe('what has no end is given up', () => {
  const [one, other] = [doubled(60), doubled(60)]

  it.each<[string, () => unknown]>([
    ['whether two values are equal', () => isEqual(one, other)],
    ['which one comes first', () => compareValues(one, other)],
    ['a member of a large set', () => setOf([...nodes, one]).has(other)],
    ['JSON of a value', () => call('json.marshal', one)],
    ['text of a value', () => call('sprintf', '%v', [one])],
    ['many patches of a long array', () => call('json.patch', nodes, patches)],
    ['all values in a value', () => call('walk', one)],
    ['all ways through a graph', () => call('graph.reachable_paths', graph, ['n0'])],
    ['loops of a template', () => call('strings.render_template', loops, { a: nodes })],
  ])('%s', (_, ask) => {
    limitEffort(100_000)
    expect(ask).toThrow(RangeError)
  })
})

it('has no limit outside of a decision', () => {
  const [one, other] = [doubled(12), doubled(12)]
  limitEffort(1000)
  expect(() => isEqual(one, other)).toThrow(RangeError)
  limitEffort(Infinity)
  expect(isEqual(one, other)).toBe(true)
  expect(new RegoSet([one]).has(other)).toBe(true)
})
