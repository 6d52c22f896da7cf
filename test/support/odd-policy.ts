import { readFile } from 'node:fs/promises'

import type { Json } from '@vedette/core/json/json'

import { bigInteger } from './big-integer.ts'
import type { PolicySource } from './tosca.ts'

const source = (name: string): Promise<string> =>
  readFile(new URL(`./fixtures/odd/${name}.rego`, import.meta.url), 'utf8')

/** A policy of several packages that uses what the samples do not, and questions that reach all of it. */
export const odd = {
  name: 'odd',
  policy: {
    odd: await source('odd'),
    'odd.lib': await source('lib'),
    'odd.tools': await source('tools'),
  },
  data: {
    'node.odd': {
      id: bigInteger,
      word: 'good morning',
      limits: { high: 100, middle: 50 },
      owns: { alice: 'car', bob: 'boat' },
      falsy: [false],
    },
  },
} satisfies PolicySource

export const oddRules = [
  'level',
  'sizes',
  'reasons',
  'owners',
  'routes',
  'routes/GET/allowed',
  'all_adults',
  'all_within',
  'pretended',
  'replaced',
  'nested',
  'distinct',
  'union_of',
  'both',
  'only_left',
  'same_id',
  'id',
  'echoed',
  'hidden',
  'walked',
  'unicode',
  'not_there',
  'falsy',
  'lib',
  'lib/right',
  'tools/word_count',
  'nothing/here',
  'double',
] as const

export const oddInputs: readonly (Json | undefined)[] = [
  {
    score: 120,
    id: bigInteger,
    lists: { a: [1, 2], b: [], c: {} },
    ages: { ann: 12, ben: 40, cid: 17 },
    methods: ['GET', 'PUT'],
    secret: 's',
    no: null,
  },
  {
    score: 60,
    id: bigInteger + 1n,
    ages: { dan: 30 },
    methods: [],
    nested: [1, { deep: [2, 3.5] }],
  },
  { score: 0, ages: {}, no: false },
  undefined,
  null,
  false,
  0,
  '',
  [],
  bigInteger,
]
