import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'

import { VedetteError } from '../errors.ts'
import type { Keys } from '../replica/gateway.support.ts'
import { makeKeys } from '../replica/gateway.support.ts'
import type { Entry } from './entry.ts'
import { openEntry, signEntry } from './entry.ts'
import type { Head } from './head.ts'
import { openHead, signHead } from './head.ts'
import { parseManifestPatch, patchManifest, unitsOfPatch } from './manifest-patch.ts'
import type { Manifest, Unit } from './manifest.ts'
import { parseManifest } from './manifest.ts'
import type { Revision } from './revision.ts'
import { compareRevisions, formatRevision, parseRevision } from './revision.ts'

let keys: Keys

beforeAll(async () => {
  keys = await makeKeys()
})

const digest = 'ab'.repeat(32)
const malformed = expect.objectContaining({ code: 'ERR_MALFORMED' })

const entry: Entry = {
  scope: 'default',
  part: 'data',
  epoch: 1,
  sequence: 2,
  kind: 'patch',
  prev: digest,
  content: digest,
  transaction: { id: 't', kind: 'data' },
}

const head: Head = {
  scope: 'default',
  epoch: 1,
  sequence: 2,
  issued: 3,
  maxAgeMs: 4,
  whenOlder: 'deny',
  state: 'ACTIVE',
  parts: { data: { sequence: 2, position: digest } },
}

describe('an entry', () => {
  test('comes back as it was signed, at the position its digest names', async () => {
    const signed = await signEntry(entry, keys.signer)
    expect(await openEntry(signed.statement, keys.trust)).toEqual(signed)
    expect(signed.position).toMatch(/^[0-9a-f]{64}$/)
  })

  test('that stands for a position is at that position', async () => {
    const standIn: Entry = { ...entry, kind: 'snapshot', standsFor: digest }
    const { statement } = await signEntry(standIn, keys.signer)
    expect(await openEntry(statement, keys.trust)).toMatchObject({ position: digest })
  })

  const wrong: Record<string, object> = {
    'a patch that stands for a position': { standsFor: digest },
    'an unknown part': { part: '__proto__' },
    'a negative sequence': { sequence: -1 },
    'half an epoch': { epoch: 0.5 },
    'no digest': { content: 'x' },
    'no scope': { scope: '' },
    'an unknown member': { extra: 1 },
  }

  test.each(Object.entries(wrong))('%s is malformed, though signed', async (_, change) => {
    const { statement } = await signEntry({ ...entry, ...change }, keys.signer)
    await expect(openEntry(statement, keys.trust)).rejects.toEqual(malformed)
  })
})

describe('a head', () => {
  test('comes back as it was signed, and is no entry', async () => {
    const signed = await signHead(head, keys.signer)
    expect(await openHead(signed.statement, keys.trust)).toEqual(signed)
    await expect(openEntry(signed.statement, keys.trust)).rejects.toMatchObject({
      code: 'ERR_SIGNATURE',
    })
  })

  test('of another shape is malformed, though signed', async () => {
    for (const change of [{ state: 'DEAD' }, { issued: -1 }, { parts: { other: {} } }]) {
      const { statement } = await signHead({ ...head, ...change } as Head, keys.signer)
      await expect(openHead(statement, keys.trust)).rejects.toEqual(malformed)
    }
  })
})

test('any signed JSON is read as what it is, or malformed', async () => {
  const open = async (value: unknown): Promise<void> => {
    const statement = await keys.signer.sign('vedette-entry+jws', JSON.stringify(value) ?? '')
    await expect(openEntry(statement, keys.trust)).rejects.toEqual(malformed)
  }
  await fc.assert(fc.asyncProperty(fc.jsonValue(), open))
})

describe('a manifest', () => {
  const unit: Unit = {
    name: 'a',
    packages: ['a'],
    entrypoints: ['a/b'],
    functions: [],
    reads: [[]],
    builtins: ['upper'],
    program: { digest, version: 1 },
    wasm: digest,
  }

  test('names policies and units, whatever they are called', () => {
    for (const name of ['a', 'constructor', '__proto__', '1']) {
      const text = `{"policies":{"${name}":"1.0.0"},"units":{"${name}":${JSON.stringify({ ...unit, name })}}}`
      const manifest = parseManifest(text)
      expect(Object.entries(manifest.policies)).toEqual([[name, '1.0.0']])
      expect(Object.entries(manifest.units)).toEqual([[name, { ...unit, name }]])
      expect(JSON.stringify(manifest)).toBe(text)
    }
  })

  const wrong: Record<string, object> = {
    'a unit under another name': { policies: {}, units: { b: unit } },
    'a unit of an unknown member': { policies: {}, units: { a: { ...unit, extra: 1 } } },
    'half a version of a program': {
      policies: {},
      units: { a: { ...unit, program: { digest, version: 0.5 } } },
    },
    'a version that is no text': { policies: { a: 1 }, units: {} },
    'a list of units': { policies: {}, units: [unit] },
  }

  test.each(Object.entries(wrong))('%s is malformed', (_, manifest) => {
    expect(() => parseManifest(JSON.stringify(manifest))).toThrow(malformed)
  })

  test('is patched by whole policies and units, and shares the rest', () => {
    const other = { ...unit, name: 'b' }
    const before: Manifest = { policies: { a: '1.0.0' }, units: { a: unit } }
    const patch = parseManifestPatch(
      JSON.stringify([
        { op: 'add', path: '/policies/b', value: '2.0.0' },
        { op: 'add', path: '/units/b', value: other },
        { op: 'remove', path: '/policies/a' },
      ]),
    )
    const after = patchManifest(before, patch)
    expect(after).toEqual({ policies: { b: '2.0.0' }, units: { a: unit, b: other } })
    expect(after.units['a']).toBe(unit)
    expect(unitsOfPatch(patch)).toEqual([['b', other]])
    expect(unitsOfPatch([{ op: 'remove', path: '/units/a' }])).toEqual([['a', undefined]])
  })

  test.each([
    [{ op: 'replace', path: '', value: { policies: {}, units: {} } }],
    [{ op: 'replace', path: '/units', value: {} }],
    [{ op: 'replace', path: '/units/a/wasm', value: digest }],
    [{ op: 'add', path: '/units/b', value: unit }],
    [{ op: 'add', path: '/policies/b', value: null }],
    [{ op: 'add', path: '/others/b', value: '1.0.0' }],
    [{ op: 'remove', path: '/policies' }],
  ])('a patch like %j is malformed', (operation) => {
    expect(() => parseManifestPatch(JSON.stringify([operation]))).toThrow(malformed)
  })

  test('anything else is malformed, and nothing worse', () => {
    const text = fc.oneof(fc.string(), fc.json(), fc.constant('['.repeat(100_000)))
    const isRefused = (each: string): void => {
      expect(() => parseManifest(each)).toThrow(VedetteError)
    }
    fc.assert(fc.property(text, isRefused))
  })
})

describe('a revision', () => {
  const counter = fc.nat({ max: 999_999_999_999_999 })
  const revision = fc.record({ epoch: counter, sequence: counter })

  test('is read as it was written', () => {
    const comesBack = (each: Revision): void => {
      expect(parseRevision(formatRevision(each))).toEqual(each)
    }
    fc.assert(fc.property(revision, comesBack))
  })

  test('is ordered by epoch, then by sequence', () => {
    const isOrdered = (a: Revision, b: Revision): void => {
      const expected = a.epoch === b.epoch ? a.sequence - b.sequence : a.epoch - b.epoch
      expect(Math.sign(compareRevisions(a, b))).toBe(Math.sign(expected))
    }
    const near = fc.record({ epoch: fc.nat({ max: 2 }), sequence: fc.nat({ max: 2 }) })
    fc.assert(fc.property(near, near, isOrdered))
  })

  test.each(['', '1', '1.', '.1', '1.2.3', '-1.2', '1e3.1', ' 1.2', '1.2\n', '1.9999999999999999'])(
    '%j is none',
    (text) => expect(() => parseRevision(text)).toThrow(malformed),
  )
})
