import { expect, it } from 'vitest'

import { Decimal } from '../../../json/decimal.ts'
import { RegoObject, RegoSet, type RegoValue } from '../../value.ts'
import { getAt, getStored } from './access.ts'

const made: readonly RegoValue[] = [
  new RegoSet([1]),
  new RegoObject([[1, 'a']]),
  new Decimal('1.0'),
  ['a'],
  {},
  'text',
  1,
]
const names = new Set(made.flatMap(propertyNames))

it('finds members, and nothing else that values have', () => {
  expect([...names]).toContain('members')
  for (const name of names) {
    for (const value of made)
      expect(getAt(value, name), `${name} of ${typeof value}`).toBeUndefined()
    const record = JSON.parse(`{${JSON.stringify(name)}: "own"}`) as RegoValue
    expect(getAt(record, name), name).toBe('own')
    expect(getAt(new RegoObject([[name, 'own']]), name), name).toBe('own')
    expect(getAt(new RegoSet([name]), name), name).toBe(name)
  }
})

it.each([2, 20])('gives back what a set of %i was asked for, as it is written', (size) => {
  const set = new RegoSet(Array.from({ length: size }, (_, at) => at))
  expect(getAt(set, new Decimal('1.0'))).toEqual(new Decimal('1.0'))
  expect(getAt(set, new Decimal('1.5'))).toBeUndefined()
})

it('finds the same of what is likely to be there', () => {
  for (const name of names) {
    for (const stored of [{}, new Decimal('1.0')])
      expect(getStored(stored, name), name).toBeUndefined()
    const record = JSON.parse(`{${JSON.stringify(name)}: "own"}`) as object
    expect(getStored(record, name), name).toBe('own')
  }
})

function propertyNames(value: RegoValue): readonly string[] {
  const names: string[] = []
  let place: unknown = Object(value)
  for (; place !== null; place = Object.getPrototypeOf(place))
    names.push(...Object.getOwnPropertyNames(place))
  return names
}
