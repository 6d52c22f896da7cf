import { readFile } from 'node:fs/promises'

import type { Json } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { hashOf } from './entry-hash.ts'
import { pythonJson } from './python-json.ts'

async function fixture(name: string): Promise<unknown> {
  return JSON.parse(await readFile(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'))
}

interface Recorded {
  readonly hashes: readonly {
    readonly case: string
    readonly data: string
    readonly hash: string
  }[]
}

const recorded = (await fixture('opal-reports')) as Recorded
const python = (await fixture('python-json')) as readonly (readonly [string, string])[]

test.for(recorded.hashes)('$case: $data has the hash OPAL gave it', ({ data, hash }) => {
  expect(hashOf(parseJson(data))).toBe(hash)
})

test('a text is hashed as it is', () => {
  // printf text | sha256sum
  expect(hashOf('text')).toBe('982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1')
})

test.for(python)('%s is written as Python writes it', ([text, dumped]) => {
  expect(pythonJson(parseJson(text))).toBe(dumped)
})

test('beside a number that Python spells otherwise everything else is written the same', () => {
  const value = fc.jsonValue({ stringUnit: 'binary' })
  fc.assert(
    fc.property(value, (json) => {
      expect(pythonJson([json as Json, 1e-7])).toBe(`[${pythonJson(json as Json)}, 1e-07]`)
    }),
  )
})
