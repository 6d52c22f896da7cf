import type { Json } from '@vedette/core/json/json'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { writtenEntry } from '../../sources/entry.ts'
import { readDataUpdate } from './data-update.ts'
import type { DataUpdate } from './data-update.ts'

const json = fc.jsonValue({ depthSize: 'small' }) as fc.Arbitrary<Json>
/** Something of the right shape, or anything at all. */
const or = (right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 5, arbitrary: right }, { weight: 1, arbitrary: json })

const operation = fc.record(
  {
    op: or(fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test')),
    path: or(fc.constantFrom('', '/a', '/a~1b')),
    from: or(fc.constant('/c')),
    value: json,
  },
  { requiredKeys: [] },
)
const entry = fc.record(
  {
    url: or(fc.constantFrom('', 'http://a.example/')),
    config: or(fc.constant(null)),
    topics: or(fc.array(fc.string())),
    dst_path: or(fc.string()),
    save_method: or(fc.constantFrom('PUT', 'PATCH', 'DELETE')),
    data: fc.oneof(json, fc.array(operation)),
    periodic_update_interval: or(fc.constantFrom(null, 3)),
    [`__proto__`]: json,
  },
  { requiredKeys: [] },
)
const update = fc.record(
  {
    id: or(fc.string()),
    entries: or(fc.array(entry, { maxLength: 4 })),
    reason: or(fc.string()),
    atomic: or(fc.boolean()),
    callback: or(fc.record({ callbacks: or(fc.array(or(fc.webUrl()))) }, { requiredKeys: [] })),
  },
  { requiredKeys: [] },
)

test('whatever is sent is an update, or OPAL says where it is none', () => {
  fc.assert(
    fc.property(or(update), (body) => {
      const read = readDataUpdate(body as Json)
      if (isUpdate(read)) expect(read.id).not.toBe('')
      else {
        expect(read.length).toBeGreaterThan(0)
        for (const { loc, msg } of read) expect([loc[0], msg]).toEqual(['body', expect.any(String)])
      }
    }),
    { numRuns: 1000 },
  )
})

test('what was read is written as it was, and read again the same', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 4 }), (entries) => {
      const read = readDataUpdate({ entries: entries as Json[] })
      if (!isUpdate(read)) return
      for (const [index, { data }] of read.entries.entries())
        if (data !== undefined) expect(data).toEqual(entries[index]?.data)
      const again = readDataUpdate({ entries: read.entries.map(writtenEntry) })
      expect(again).toMatchObject({ entries: read.entries })
    }),
    { numRuns: 500 },
  )
})

function isUpdate(read: ReturnType<typeof readDataUpdate>): read is DataUpdate {
  return !Array.isArray(read)
}
