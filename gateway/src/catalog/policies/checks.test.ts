import fc from 'fast-check'
import { expect, test } from 'vitest'

import { base64, tosca } from '../catalog.support.ts'
import { readPolicy } from './policy.ts'

const name = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'role.rego', '../a'))
const wellFormed = fc.string({ unit: 'grapheme' })

test('what a policy brings along is what was sent, under names that no module has', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, wellFormed)), (texts) => {
      const sent = Object.fromEntries(texts)
      const { checks, modules } = readPolicy(tosca('role', { tests: sent, examples: sent }))
      const read = Object.entries(sent).map(([key, source]) => ({ file: `role/${key}`, source }))
      expect(checks).toEqual({ tests: read, examples: read })
      expect(modules.map(({ file }) => file)).toEqual(['role.rego'])
    }),
  )
})

test('what cannot be decoded is refused in a sentence on the policy', () => {
  const wild = fc.oneof(fc.string(), fc.base64String(), fc.constantFrom('/w==', base64('{}')))
  fc.assert(
    fc.property(fc.dictionary(name, wild), (sent) => {
      const policy = tosca('role')
      try {
        readPolicy({ ...policy, properties: { ...policy.properties, tests: sent } })
      } catch (error) {
        expect((error as Error).message).toMatch(
          /^role(: illegal base64 data|\/[^]*: it is not UTF-8)/,
        )
      }
    }),
  )
})
