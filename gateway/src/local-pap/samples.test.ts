import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

import { createInventory } from './inventory.ts'
import { readPolicyDirectory } from './policy-directory.ts'

const samples = fileURLToPath(new URL('../../../policies', import.meta.url))

test('the sample policies are taken as they are, with their tests and examples apart', async () => {
  const refused: string[] = []
  const inventory = createInventory((path, reason) => refused.push(`${path}: ${reason}`))
  const policies = inventory(await readPolicyDirectory(samples))
  expect(refused).toEqual([])
  const keys = policies.map(({ name, properties }) => [
    name,
    Object.keys(properties.policy).toSorted(),
    Object.keys(properties.data),
    Object.keys(properties.tests ?? {}),
    Object.keys(properties.examples ?? {}).length > 0,
  ])
  expect(keys).toEqual([
    ['documents', ['documents'], ['node.documents'], ['documents_test.rego'], true],
    ['ocis', ['ocis'], ['node.ocis'], ['ocis_test.rego'], true],
    ['orders', ['orders', 'orders.limits'], ['node.orders'], ['orders_test.rego'], true],
  ])
})
