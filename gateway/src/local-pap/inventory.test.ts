import { expect, test } from 'vitest'

import { createInventory } from './inventory.ts'
import type { PolicySource } from './policy-directory.ts'
import { namedPolicy } from './tosca-template.ts'

function folder(name: string, rego: string): PolicySource {
  return { path: name, folder: { name, properties: { data: {}, policy: { [name]: rego } } } }
}

function template(path: string, name: string): PolicySource {
  return { path, template: [namedPolicy(name, '3.0.0', { data: {}, policy: {} })] }
}

function inventory(): {
  readonly take: (...sources: PolicySource[]) => string[]
  readonly refused: string[]
} {
  const refused: string[] = []
  const policiesOf = createInventory((path, reason) => refused.push(`${path}: ${reason}`))
  return {
    take: (...sources) => policiesOf(sources).map(({ name, version }) => `${name} ${version}`),
    refused,
  }
}

test('a version counts how often the content changed', () => {
  const { take } = inventory()
  expect(take(folder('a', '1'), folder('b', '1'))).toEqual(['a 1.0.0', 'b 1.0.0'])
  expect(take(folder('a', '2'), folder('b', '1'))).toEqual(['a 1.0.1', 'b 1.0.0'])
  expect(take(folder('b', '1'))).toEqual(['b 1.0.0'])
  expect(take(folder('a', '1'))).toEqual(['a 1.0.2'])
})

test('a source that breaks keeps what it had, and is told of once', () => {
  const { take, refused } = inventory()
  const broken = { path: 'a', refusal: 'No.' }
  take(folder('a', '1'))
  expect(take(broken)).toEqual(['a 1.0.0'])
  expect(take(broken, folder('b', '1'))).toEqual(['a 1.0.0', 'b 1.0.0'])
  expect(refused).toEqual(['a: No.'])
  take(folder('a', '2'))
  take(broken)
  expect(refused).toEqual(['a: No.', 'a: No.'])
})

test('one that was never good brings nothing', () => {
  const { take } = inventory()
  expect(take({ path: 'a', refusal: 'No.' }, folder('b', '1'))).toEqual(['b 1.0.0'])
})

test('of two policies of one name the first is taken', () => {
  const { take, refused } = inventory()
  expect(take(folder('a', '1'), template('z.yaml', 'a'))).toEqual(['a 1.0.0'])
  expect(refused).toEqual(["z.yaml: Policy 'a' is already in a."])
})
