import type { Unit } from '@vedette/core/bundle/manifest'
import { programVersion } from '@vedette/core/evaluator/plan/program'
import type { Json } from '@vedette/core/json/json'
import { beforeEach, describe, expect, test } from 'vitest'

import type { ContentSource, DataStep } from './resident.ts'
import { createResident } from './resident.ts'
import type { Standing } from './standing.ts'

/** `p/n := data.n`, as the optimiser writes it: the one function reads a member of the data. */
const program = [
  JSON.stringify({
    version: programVersion,
    builtins: [],
    entrypoints: {},
    parameters: [],
  }),
].join('\n')

const unit: Unit = {
  name: 'p',
  packages: ['p'],
  entrypoints: [],
  functions: [],
  reads: [['n']],
  builtins: [],
  program: { digest: 'p', version: programVersion },
}

/** What the hub has now, and what it was asked for. */
let hub: { position: string; program: string; steps: Map<string | undefined, DataStep> }
let asked: string[]

const source: ContentSource = {
  async program(id) {
    asked.push(`program ${id}`)
    return id === hub.program ? { units: [unit], blobs: [new TextEncoder().encode(program)] } : null
  },
  async data(position, from) {
    asked.push(`data ${from ?? '-'} → ${position}`)
    if (position !== hub.position) return null
    return hub.steps.get(from) ?? hub.steps.get(undefined) ?? null
  },
}

beforeEach(() => {
  asked = []
  hub = { position: 'a', program: 'one', steps: new Map([[undefined, { text: '{"n":1}' }]]) }
})

function standing(): Standing {
  const place = { sequence: 1, position: hub.position }
  return {
    program: hub.program,
    isolated: false,
    head: { parts: { data: place } },
  } as unknown as Standing
}

const patchTo = (n: Json): DataStep => ({
  patches: [JSON.stringify([{ op: 'replace', path: '/n', value: n }])],
})

describe('an answer', () => {
  test('is on the program and data of the head it was asked with, which are read once', async () => {
    const resident = createResident(source)
    expect(await resident.answer(standing(), ['n'], undefined)).toBe(1)
    expect(await resident.answer(standing(), ['n'], undefined)).toBe(1)
    expect(asked).toEqual(['program one', 'data - → a'])
  })

  test('after a patch is had by the patch alone', async () => {
    const resident = createResident(source)
    await resident.answer(standing(), ['n'], undefined)
    hub.position = 'b'
    hub.steps.set('a', patchTo(2))
    expect(await resident.answer(standing(), ['n'], undefined)).toBe(2)
    expect(asked.slice(2)).toEqual(['data a → b'])
  })

  test('after a patch that came with the head asks for nothing more', async () => {
    const resident = createResident(source)
    expect(resident.position()).toBeUndefined()
    await resident.answer(standing(), ['n'], undefined)
    expect(resident.position()).toBe('a')
    hub.position = 'b'
    const since = { from: 'a', patches: ['[{"op":"replace","path":"/n","value":2}]'] }
    expect(await resident.answer({ ...standing(), since }, ['n'], undefined)).toBe(2)
    expect(asked).toEqual(['program one', 'data - → a'])
    hub.position = 'c'
    hub.steps.set('b', patchTo(3))
    expect(await resident.answer({ ...standing(), since }, ['n'], undefined)).toBe(3)
    expect(asked.slice(2)).toEqual(['data b → c'])
  })

  test('of many at once after a change waits for one reading', async () => {
    const resident = createResident(source)
    const answers = [1, 2, 3].map(() => resident.answer(standing(), ['n'], undefined))
    expect(await Promise.all(answers)).toEqual([1, 1, 1])
    expect(asked).toEqual(['program one', 'data - → a'])
  })

  test('there is none when the hub moved on, and the next one reads what it has by then', async () => {
    const resident = createResident(source)
    const before = standing()
    hub.position = 'b'
    const lost = resident.answer(before, ['n'], undefined)
    await expect(lost).rejects.toMatchObject({ code: 'ERR_NOT_READY' })
    expect(await resident.answer(standing(), ['n'], undefined)).toBe(1)
  })

  test('after a patch that does not fit is on the whole document again', async () => {
    const resident = createResident(source)
    await resident.answer(standing(), ['n'], undefined)
    hub.position = 'b'
    hub.steps.set('a', { patches: ['[{"op":"replace","path":"/m/x","value":1}]'] })
    await expect(resident.answer(standing(), ['n'], undefined)).rejects.toThrow()
    hub.steps.set(undefined, { text: '{"n":3}' })
    expect(await resident.answer(standing(), ['n'], undefined)).toBe(3)
  })

  test('by another program keeps the data', async () => {
    const resident = createResident(source)
    await resident.answer(standing(), ['n'], undefined)
    hub.program = 'two'
    expect(await resident.answer(standing(), ['n'], undefined)).toBe(1)
    expect(asked.slice(2)).toEqual(['program two'])
  })
})
