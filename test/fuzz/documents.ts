import { Decimal } from '@vedette/core/json/decimal'
import { isJsonArray, isJsonObject } from '@vedette/core/json/equal'
import type { Json, JsonObject } from '@vedette/core/json/json'

import type { Random } from './random.ts'

/** Few, so that what is looked for is often there. */
const usual = ['a', 'b', 'c'] as const

/** What JavaScript minds. */
const unusual = ['0', '1', 'x y', '__proto__', 'length', 'constructor', 'é', '😀', ''] as const

export function randomKey(random: Random): string {
  return random.pick(random.chance(0.8) ? usual : unusual)
}

const scalars: readonly [Json, ...Json[]] = [
  null,
  true,
  false,
  0,
  1,
  2,
  3,
  -1,
  7,
  10,
  1.5,
  0.1,
  -2.25,
  100,
  255,
  1e21,
  9007199254740993n,
  -12345678901234567890n,
  new Decimal('1.0'),
  new Decimal('0.50'),
  new Decimal('1e3'),
  new Decimal('3.14159265358979323846'),
  '',
  'a',
  'b',
  'c',
  'ab',
  'a,b',
  'a.b.c',
  '1',
  '2.50',
  'A b C',
  'foo/bar',
  'é',
  '😀\uffff',
  '\uffff',
  'YQ==',
  '{"a":1}',
  '1.2.3',
  '10.0.0.0/8',
  '10.1.2.3',
]

/** A JSON value, nested up to `depth` levels. */
export function randomValue(random: Random, depth: number): Json {
  if (depth === 0 || random.chance(depth === 1 ? 0.4 : 0.1)) return random.pick(scalars)
  if (random.chance(0.4)) return random.times(0, 4, () => randomValue(random, depth - 1))
  return randomObject(random, depth)
}

export function randomObject(random: Random, depth: number): JsonObject {
  const members = random.times(2, 5, () => [randomKey(random), randomValue(random, depth - 1)])
  return Object.fromEntries(members) as JsonObject
}

/** The same document with some of it replaced, and some left out. */
export function mutated(document: JsonObject, random: Random): JsonObject {
  const members = Object.entries(document).flatMap(([key, member]) => {
    if (random.chance(0.1)) return []
    return [[key, random.chance(0.2) ? randomValue(random, 2) : mutatedValue(member, random)]]
  })
  return Object.fromEntries(members) as JsonObject
}

function mutatedValue(value: Json, random: Random): Json {
  if (isJsonObject(value)) return mutated(value, random)
  if (isJsonArray(value)) return value.filter(() => random.chance(0.8))
  return value
}

/** References to everything in a document: `input["a"][0]`. */
export function pathsIn(value: Json, path: string): readonly string[] {
  const entries = isJsonArray(value)
    ? [...value.entries()]
    : isJsonObject(value)
      ? Object.entries(value)
      : []
  return [
    path,
    ...entries.flatMap(([key, member]) => pathsIn(member, `${path}[${JSON.stringify(key)}]`)),
  ]
}
