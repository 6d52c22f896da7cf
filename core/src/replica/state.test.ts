import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { Entry, Part, SignedEntry } from '../bundle/entry.ts'
import type { Head, SignedHead } from '../bundle/head.ts'
import { chainOf, stepsTo } from './log.ts'
import type { Names, ReplicaEvent, ReplicaState } from './state.ts'
import { emptyState, isOlder, kindOf, missingContent, transition } from './state.ts'
import { transitionTable } from './transition-table.ts'

/* The machine takes what is verified, so here nothing is signed: positions and contents are plain names. */

const namesNothing: Names = new Map()
const namesWasm: Names = new Map([['unit', ['wasm']]])

type Shape = Partial<Entry> & { readonly position: string }

function step({ position, ...shape }: Shape): SignedEntry {
  const entry: Entry = {
    scope: 'default',
    part: 'data',
    epoch: 1,
    sequence: 1,
    kind: 'snapshot',
    prev: null,
    content: `content of ${position}`,
    transaction: { id: position, kind: 'data' },
    ...shape,
  }
  return { entry, position, statement: `${entry.kind} ${position}` }
}

function headAt(sequence: number, places: Partial<Record<Part, string>>, late = 0): SignedHead {
  const named = Object.entries(places).map(([part, position]) => [part, { sequence, position }])
  const head: Head = {
    scope: 'default',
    epoch: 1,
    sequence,
    issued: sequence * 1000 + late,
    maxAgeMs: 1000,
    whenOlder: 'deny',
    state: 'ACTIVE',
    parts: Object.fromEntries(named),
  }
  return { head, statement: JSON.stringify(head) }
}

/** One short history, with all that can go wrong with it: from it every cell of the table can be reached. */
const entries: readonly SignedEntry[] = [
  step({ position: 'd1' }),
  step({ position: 'd2', sequence: 2, kind: 'patch', prev: 'd1' }),
  step({ position: 'd3', sequence: 3, kind: 'patch', prev: 'd2' }),
  step({ position: 'd3', sequence: 3, standsFor: 'd3', content: 'stand-in' }),
  step({ position: 'd4', sequence: 4 }),
  step({ position: 'p1', part: 'policy' }),
  step({ position: 'p2', sequence: 2, part: 'policy', kind: 'patch', prev: 'p1' }),
  step({ position: 'p5', sequence: 5, part: 'policy' }),
]
const places: readonly Partial<Record<Part, string>>[] = [
  { data: 'd1' },
  { data: 'd2', policy: 'p1' },
  { data: 'd3', policy: 'p2' },
  { data: 'd4', policy: 'p5' },
  { policy: 'p5' },
  {},
]

const anyEntry = fc.constantFrom(...entries)
const anyContent = fc.record({
  digest: fc.constantFrom(...entries.map((each) => each.entry.content), 'wasm'),
  isManifest: fc.boolean(),
})
const anyHead = fc.record({
  place: fc.constantFrom(...places),
  /** How many revisions the gateway went on since the head before; sometimes it is an old one. */
  ahead: fc.constantFrom(-1, 0, 0, 1, 1, 1),
  late: fc.constantFrom(0, 1, 31_000),
})

const anyEvent = fc.oneof(
  { weight: 5, arbitrary: anyEntry.map((entry) => ({ type: 'entry' as const, entry })) },
  {
    weight: 8,
    arbitrary: anyContent.map(({ digest, isManifest }) => {
      const names = isManifest && digest.includes('p') ? namesWasm : namesNothing
      return { type: 'content' as const, held: new Map([[digest, names]]) }
    }),
  },
  { weight: 4, arbitrary: anyHead.map((next) => ({ type: 'head' as const, next })) },
  {
    weight: 4,
    arbitrary: fc.constantFrom({ type: 'activated' as const }, { type: 'failed' as const }),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'swept' as const, early: new Set<string>() }) },
)

const anyLife: fc.Arbitrary<readonly ReplicaEvent[]> = fc
  .array(anyEvent, { minLength: 10, maxLength: 40 })
  .map((events) => {
    let sequence = 3
    return events.map((event) => {
      if (event.type !== 'head') return event
      sequence += event.next.ahead
      return {
        type: 'head',
        head: headAt(Math.max(1, sequence), event.next.place, event.next.late),
      }
    })
  })

type Start = 'empty' | 'active' | 'switching'
const anyStart = fc.constantFrom<Start>('empty', 'active', 'switching')

/** The state after an event, or undefined when the event was refused. */
function tryTransition(state: ReplicaState, event: ReplicaEvent): ReplicaState | undefined {
  try {
    return transition(state, event)
  } catch {
    return undefined
  }
}

test('the transition table is what the machine does: no more, and no less', () => {
  const met = new Set<string>()
  const walk = (start: Start, events: readonly ReplicaEvent[]): void => {
    let state = reach(start)
    for (const event of events) {
      const next = tryTransition(state, event)
      if (!next) continue
      const [from, to] = [kindOf(state), kindOf(next)]
      met.add(`${from} ${event.type} ${to}`)
      expect(transitionTable[from][event.type], `${from}, ${event.type}`).toContain(to)
      state = next
    }
  }
  fc.assert(fc.property(anyStart, anyLife, walk), {
    numRuns: 2000,
    seed: 1,
  })
  const listed = Object.entries(transitionTable).flatMap(([from, row]) =>
    Object.entries(row).flatMap(([type, kinds]) => kinds.map((to) => `${from} ${type} ${to}`)),
  )
  expect([...met].toSorted()).toEqual(listed.toSorted())
})

test('whatever is said: what is active is held, never goes back, and what was seen only rises', () => {
  const walk = (start: Start, events: readonly ReplicaEvent[]): void => {
    let state = reach(start)
    for (const event of events) {
      const next = tryTransition(state, event)
      if (!next) continue
      checkHeld(next)
      if (state.active && next.active) {
        expect(isOlder(next.active.head, state.active.head)).toBe(false)
      }
      if (state.active) expect(next.active).not.toBeNull()
      if (state.seen && next.seen) expect(isOlder(next.seen, state.seen)).toBe(false)
      state = next
    }
  }
  fc.assert(fc.property(anyStart, anyLife, walk), {
    numRuns: 1000,
  })
})

function checkHeld({ active, logs, held }: ReplicaState): void {
  for (const part of ['policy', 'data'] as const) {
    const position = active?.head.parts[part]?.position
    if (position === undefined) continue
    const steps = stepsTo(logs[part], position) ?? []
    expect(steps.length).toBeGreaterThan(0)
    for (const { entry } of steps) expect(held.has(entry.content)).toBe(true)
  }
}

test('events that bring nothing new leave the kind of every state as it is', () => {
  const state = reach('active')
  for (const event of [{ type: 'activated' }, { type: 'failed' }] as const)
    expect(transition(state, event)).toBe(state)
})

test('a failed head waits 30 s of the gateway’s clock, a head of another place does not', () => {
  const failed = transition(reach('switching'), { type: 'failed' })
  const renewed = headAt(2, { data: 'd2', policy: 'p1' }, 29_999)
  expect(kindOf(transition(failed, { type: 'head', head: renewed }))).toBe('active')
  const later = headAt(2, { data: 'd2', policy: 'p1' }, 30_000)
  expect(kindOf(transition(failed, { type: 'head', head: later }))).toBe('switching')
  const other = headAt(3, { data: 'd1' })
  expect(kindOf(transition(failed, { type: 'head', head: other }))).toBe('switching')
})

test('10,000 updates leave no more than a chain of 256 patches', () => {
  let state = reach('active')
  const apply = (event: ReplicaEvent): void => {
    state = transition(state, event)
  }
  const take = (entry: SignedEntry): void => {
    apply({ type: 'content', held: new Map([[entry.entry.content, namesNothing]]) })
    apply({ type: 'entry', entry })
  }
  for (let sequence = 2; sequence <= 10_000; sequence++) {
    const position = `d${sequence}`
    take(step({ position, sequence, kind: 'patch', prev: `d${sequence - 1}` }))
    apply({ type: 'head', head: headAt(sequence, { data: position }) })
    apply({ type: 'activated' })
    if (chainOf(state.logs.data).length > 256)
      take(step({ position, sequence, standsFor: position, content: `stand-in ${position}` }))
    apply({ type: 'swept', early: new Set() })
    if (state.logs.data.length > 257 || state.held.size > 257) break
  }
  expect(state.active?.head.sequence).toBe(10_000)
  expect(missingContent(state)).toEqual([])
  expect(state.held.size).toBe(state.logs.data.length)
})

/** The state of a replica with nothing, one that is at `d1`, and one about to go from there to `d2` and `p1`. */
function reach(kind: Start): ReplicaState {
  const [d1, d2, , , , p1] = entries
  if (!d1 || !d2 || !p1) throw new Error('unreachable')
  const hold = (entry: SignedEntry): ReplicaEvent[] => [
    { type: 'entry', entry },
    { type: 'content', held: new Map([[entry.entry.content, namesNothing]]) },
  ]
  const active: ReplicaEvent[] = [
    ...hold(d1),
    { type: 'head', head: headAt(1, { data: 'd1' }) },
    { type: 'activated' },
  ]
  const switching: ReplicaEvent[] = [
    ...active,
    ...hold(d2),
    ...hold(p1),
    { type: 'head', head: headAt(2, { data: 'd2', policy: 'p1' }) },
  ]
  const events = { empty: [], active, switching }[kind]
  return events.reduce(transition, emptyState())
}
