import fc from 'fast-check'
import { expect, it } from 'vitest'

import { equalJson } from '../json/equal.ts'
import type { Json } from '../json/json.ts'
import { parseJson } from '../json/parse.ts'
import { formatPointer } from '../json/pointer.ts'
import { stringifyJson } from '../json/stringify.ts'
import { patchInPlace } from './patch-in-place.ts'
import { applyPatch, PatchError, type PatchOperation } from './patch.ts'

const keys = fc.constantFrom('a', 'b', '', '~/', '0', '1', '__proto__')
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    fc.constantFrom(null, 1, 'x', 445611193265040129n),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(keys, tie('json'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))
const path = fc
  .array(fc.oneof(keys, fc.constantFrom('-', '2')), { maxLength: 3 })
  .map(formatPointer)
const operation: fc.Arbitrary<PatchOperation> = fc.oneof(
  fc.record({ op: fc.constantFrom('add', 'replace'), path, value: json }),
  fc.record({ op: fc.constant('remove'), path }),
)

/** A copy, so that nothing is shared. */
function copyOf<Value extends Json>(value: Value): Value {
  return parseJson(stringifyJson(value)) as Value
}

/** What `patch` comes to; a refusal by its place and reason. */
function outcomeOf(patch: () => Json): Json {
  try {
    return patch()
  } catch (error) {
    if (error instanceof PatchError) return `refused: ${error.message}`
    throw error
  }
}

it('comes to what a patch of a copy comes to, and can be taken back', () => {
  fc.assert(
    fc.property(json, fc.array(operation, { maxLength: 4 }), (before, operations) => {
      const document = copyOf(before)
      let undo = (): void => {}
      const outcome = outcomeOf(() => {
        const patched = patchInPlace(document, copyOf(operations as unknown as Json) as never)
        undo = patched.undo
        return patched.document
      })
      const expected = outcomeOf(() => applyPatch(before, operations))
      expect(equalJson(outcome, expected)).toBe(true)
      undo()
      expect(equalJson(document, before)).toBe(true)
    }),
    { numRuns: 3000 },
  )
})

it('changes the document itself', () => {
  const document = { node: { users: { ann: ['reader'] } } }
  const patched = patchInPlace(document, [
    { op: 'add', path: '/node/users/ann/-', value: 'writer' },
    { op: 'add', path: '/node/users/bob', value: [] },
  ])
  expect(patched.document).toBe(document)
  expect(document).toEqual({ node: { users: { ann: ['reader', 'writer'], bob: [] } } })
})
