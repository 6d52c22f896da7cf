import { expect, test } from 'vitest'

import type { Publication } from '../catalog/catalog.ts'
import { createLag } from './lag.ts'

/** Publishes a revision a second, beginning with 7.1 at 1000 ms. */
function publishing() {
  let publish = (_publication: Publication): void => undefined
  let sequence = 0
  let clock = 0
  const signed = () => ({ head: { epoch: 7, sequence } }) as Publication['head']
  const lagOf = createLag(
    {
      head: () => (sequence === 0 ? undefined : signed()),
      onPublished: (listener) => void (publish = listener as typeof publish),
    },
    () => clock,
  )
  const next = (revisions = 1): void => {
    for (let count = 0; count < revisions; count++) {
      sequence += 1
      clock += 1000
      publish({ head: signed() } as Publication)
    }
  }
  return { lagOf, next }
}

const at = (revision: string | null, issued: number | null = null) => ({ revision, issued })

test('counts revisions, and the time since the first that is missed', () => {
  const { lagOf, next } = publishing()
  expect(lagOf(at(null))).toEqual({ revisions: 0, seconds: 0 })
  next(5)
  expect(lagOf(at('7.5'))).toEqual({ revisions: 0, seconds: 0 })
  expect(lagOf(at('7.4'))).toEqual({ revisions: 1, seconds: 0 })
  expect(lagOf(at('7.2'))).toEqual({ revisions: 3, seconds: 2 })
  expect(lagOf(at(null))).toEqual({ revisions: 5, seconds: 4 })
})

test('another line is all behind, and who is ahead is not', () => {
  const { lagOf, next } = publishing()
  next(5)
  expect(lagOf(at('6.90'))).toEqual({ revisions: 5, seconds: 4 })
  expect(lagOf(at('7.9'))).toEqual({ revisions: 0, seconds: 0 })
  expect(lagOf(at('nonsense'))).toEqual({ revisions: 5, seconds: 4 })
})

test('of what is longer ago than it remembers, the age of its head tells', () => {
  const { lagOf, next } = publishing()
  next(10_000)
  expect(lagOf(at('7.1', 1_500))).toEqual({ revisions: 9_999, seconds: 9_998.5 })
  expect(lagOf(at('7.9999'))).toEqual({ revisions: 1, seconds: 0 })
})
