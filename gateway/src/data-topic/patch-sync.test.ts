import { codeOf } from '@vedette/core/errors'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { readPatchSync, writePatchSync } from './patch-sync.ts'

/** As the Go PDP sent it, spec of the topic `opa-pdp-data`. */
const recorded =
  '{"header":{"messageName":"OPA_PDP_DATA_PATCH_SYNC","source-id":"opa-a7b4"},"patchInfos":[' +
  '{"Path":["node","a","x"],"Op":2,"Value":445611193265040129},{"Path":["node","a","x"],"Op":1,"Value":null},' +
  '{"Path":["node","a","y/z","w"],"Op":0,"Value":{"n":1.0}}]}'

test('a patch is read and written as the Go PDP does, to the byte', () => {
  const patch = readPatchSync(recorded)
  expect(patch).toMatchObject({
    sourceId: 'opa-a7b4',
    operations: [
      { op: 'replace', path: '/node/a/x', value: 445611193265040129n },
      { op: 'remove', path: '/node/a/x' },
      { op: 'add', path: '/node/a/y~1z/w' },
    ],
  })
  expect(patch && writePatchSync(patch)).toBe(recorded)
})

test('names of members are matched in any case, and an absent operation is an addition', () => {
  const text =
    '{"Header":{"MESSAGENAME":"OPA_PDP_DATA_PATCH_SYNC"},"patchinfos":[{"path":["node","b"],"value":1}]}'
  expect(readPatchSync(text)).toEqual({
    sourceId: '',
    operations: [{ op: 'add', path: '/node/b', value: 1 }],
  })
})

test.for([
  '{}',
  '[]',
  '1',
  '{"header":{"messageName":"OTHER"},"patchInfos":[]}',
  '{"header":"OPA_PDP_DATA_PATCH_SYNC"}',
])('%s is another message', (text) => {
  expect(readPatchSync(text)).toBeUndefined()
})

test.for([
  ['no operations', '[]'],
  ['an operation that is none', '[1]'],
  ['no path', '[{"Op":0,"Value":1}]'],
  ['an empty path', '[{"Path":[],"Op":0}]'],
  ['a path of numbers', '[{"Path":["node",1],"Op":0}]'],
  ['an unknown operation', '[{"Path":["node"],"Op":3}]'],
  ['an operation by name', '[{"Path":["node"],"Op":"add"}]'],
])('%s is malformed', ([, infos]) => {
  const text = `{"header":{"messageName":"OPA_PDP_DATA_PATCH_SYNC"},"patchInfos":${infos}}`
  expect(() => readPatchSync(text)).toThrow(expect.objectContaining({ code: 'ERR_MALFORMED' }))
})

test('any text is read, or refused with a code', () => {
  const header = fc.constant({ messageName: 'OPA_PDP_DATA_PATCH_SYNC' })
  const record = fc
    .record({ header, patchInfos: fc.jsonValue() })
    .map((value) => JSON.stringify(value))
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), record), (text) => {
      try {
        readPatchSync(text)
      } catch (error) {
        expect(['ERR_JSON', 'ERR_MALFORMED']).toContain(codeOf(error, 'none'))
      }
    }),
  )
})
