import type { Content } from '@vedette/core/replica/content'
import { expect, test } from 'vitest'

import { createRecentPatches } from './recent-patches.ts'

function contentAt(position: string, value?: unknown): Content {
  const place = { sequence: 1, position }
  return {
    head: { parts: { data: place } },
    ...(value !== undefined && { change: { patches: [patchOf(value)] } }),
  } as unknown as Content
}

function patchOf(value: unknown): string {
  return JSON.stringify([{ op: 'replace', path: '/n', value }])
}

test('the patches between two positions, in order', () => {
  const recent = createRecentPatches()
  for (const [from, to] of [
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'd'],
  ] as const) {
    recent.note(contentAt(to, to.charCodeAt(0)), from)
  }
  expect(recent.between('a', 'c')).toEqual([patchOf(98), patchOf(99)])
  expect(recent.between('c', 'd')).toEqual([patchOf(100)])
  expect(recent.between('d', 'a')).toBeUndefined()
  expect(recent.between(undefined, 'd')).toBeUndefined()
  expect(recent.between('x', 'd')).toBeUndefined()
})

test('a document that came whole breaks the way, a renewed head does not', () => {
  const recent = createRecentPatches()
  recent.note(contentAt('b', 1), 'a')
  recent.note(contentAt('b'), 'b')
  expect(recent.between('a', 'b')).toHaveLength(1)
  recent.note(contentAt('c'), 'b')
  recent.note(contentAt('d', 2), 'c')
  expect(recent.between('a', 'd')).toBeUndefined()
  expect(recent.between('c', 'd')).toEqual([patchOf(2)])
})

test('only the last steps are known', () => {
  const recent = createRecentPatches()
  for (let step = 0; step < 100; step++) recent.note(contentAt(`p${step + 1}`, step), `p${step}`)
  expect(recent.between('p0', 'p100')).toBeUndefined()
  expect(recent.between('p36', 'p100')).toHaveLength(64)
})

test('large steps are known for a shorter while', () => {
  const recent = createRecentPatches()
  const large = 'x'.repeat(1_500_000)
  for (let step = 0; step < 5; step++) recent.note(contentAt(`p${step + 1}`, large), `p${step}`)
  expect(recent.between('p2', 'p5')).toBeUndefined()
  expect(recent.between('p3', 'p5')).toHaveLength(2)
})
