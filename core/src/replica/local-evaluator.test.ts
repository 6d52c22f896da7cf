import { beforeEach, describe, expect, test, vi } from 'vitest'

import type { Head } from '../bundle/head.ts'
import type { Unit } from '../bundle/manifest.ts'
import { patchInPlace } from '../bundle/patch-in-place.ts'
import type { PatchOperation } from '../bundle/patch.ts'
import { builtinNames } from '../evaluator/builtins/table.ts'
import { readBytes } from '../evaluator/fixtures/fixtures.ts'
import type { WasmEngineOptions } from '../evaluator/wasm/engine.ts'
import type { WasmModule } from '../evaluator/wasm/webassembly.ts'
import type { Json } from '../json/json.ts'
import { sourceOfText, type JsonSource } from '../json/source.ts'
import type { Content } from './content.ts'
import type { LocalEvaluator } from './local-evaluator.ts'
import { createLocalEvaluator } from './local-evaluator.ts'

/** Engines of one test. */
const made = vi.hoisted(() => ({ count: 0 }))

/** The second engine of each content refuses data that says so, as one that ran out of memory would. */
vi.mock(import('../evaluator/wasm/engine.ts'), async (importOriginal) => {
  const actual = await importOriginal()
  return {
    ...actual,
    createWasmEngine(module: WasmModule, options: WasmEngineOptions) {
      const engine = actual.createWasmEngine(module, options)
      const isSecond = made.count++ % 2 === 1
      return {
        ...engine,
        setData(document: JsonSource) {
          if (isSecond && document.text().includes('too much')) throw new Error('out of memory')
          engine.setData(document)
        },
        patchData(document: JsonSource, operations: readonly PatchOperation[]) {
          if (isSecond && document.text().includes('too much')) throw new Error('out of memory')
          engine.patchData(document, operations)
        },
      }
    },
  }
})

const head: Head = {
  scope: 'default',
  epoch: 1,
  sequence: 1,
  issued: 1000,
  maxAgeMs: 1000,
  whenOlder: 'deny',
  state: 'ACTIVE',
  parts: {},
}

const rbac: Unit = {
  name: 'rbac',
  packages: ['authz'],
  entrypoints: ['authz/allow', 'authz/list'],
  functions: [],
  reads: [[]],
  builtins: [...builtinNames],
  wasm: 'rbac.wasm',
}
const host: Unit = { ...rbac, name: 'host', packages: ['host'], entrypoints: [], wasm: 'host.wasm' }
const unsupported: Unit = { ...rbac, wasm: 'unsupported.wasm' }

const wasm = new Map(
  await Promise.all(
    [rbac, host, unsupported].map(
      async (unit) => [unit.wasm, await readBytes(unit.wasm ?? '')] as const,
    ),
  ),
)

/** Addresses of the units that were asked for, and so compiled. */
let compiled: string[]

function contentOf(units: readonly Unit[], document: Json, sequence = 1): Content {
  return {
    head: { ...head, sequence },
    manifest: { policies: {}, units: Object.fromEntries(units.map((unit) => [unit.name, unit])) },
    document,
    blob(digest) {
      compiled.push(digest)
      return wasm.get(digest) ?? new Uint8Array()
    },
  }
}

function users(...names: readonly string[]): Json {
  return { node: { users: Object.fromEntries(names.map((name) => [name, { roles: [] }])) } }
}

/** The content with one more user, put into the same document. */
function patched(content: Content, name: string): Content {
  const operations = [
    { op: 'add', path: `/node/users/${name}`, value: { roles: [] } },
  ] as const satisfies PatchOperation[]
  const { document, undo } = patchInPlace(content.document, operations)
  return { ...content, document, change: { patches: [], operations, undo } }
}

function list(evaluator: LocalEvaluator): Json | undefined {
  return evaluator.decide(['authz', 'list'], undefined, 1000).result
}

let evaluator: LocalEvaluator

beforeEach(() => {
  compiled = []
  made.count = 0
  evaluator = createLocalEvaluator()
})

describe('a decision', () => {
  test('names its revision, entrypoint and reason', async () => {
    await evaluator.activate(contentOf([rbac], users('ann'), 7))
    const input = sourceOfText(
      '{"user":"ann","resource":{"owner":"ann","path":"/"},"action":"read"}',
    )
    expect(evaluator.decide(['authz', 'allow'], input, 1000)).toEqual({
      result: true,
      revision: '1.7',
      entrypoint: 'authz/allow',
      reason: 'evaluated',
    })
    expect(evaluator.decide(['authz', 'nothing'], input, 1000)).toEqual({
      revision: '1.7',
      entrypoint: 'authz/nothing',
      reason: 'undefined',
    })
  })

  test('is none before the first content, and none on an old head', async () => {
    const refused = (code: string): unknown => expect.objectContaining({ code })
    expect(() => list(evaluator)).toThrow(refused('ERR_NOT_READY'))
    await evaluator.activate(contentOf([rbac], {}))
    expect(() => evaluator.decide(['authz', 'list'], undefined, 2001)).toThrow(refused('ERR_STALE'))
  })
})

describe('an activation', () => {
  test('of new data keeps what was compiled', async () => {
    await evaluator.activate(contentOf([rbac], users('ann')))
    await evaluator.activate(contentOf([rbac], users('ann', 'bob'), 2))
    expect(compiled).toEqual(['rbac.wasm'])
    expect(list(evaluator)).toEqual(['ann', 'bob'])
  })

  test('of another policy compiles what is new, and forgets what is gone', async () => {
    await evaluator.activate(contentOf([rbac], users('ann')))
    await evaluator.activate(contentOf([rbac, host], users('ann')))
    expect(compiled).toEqual(['rbac.wasm', 'host.wasm'])
    await evaluator.activate(contentOf([], users('ann')))
    expect(list(evaluator)).toBeUndefined()
    await evaluator.activate(contentOf([rbac], users('ann')))
    expect(compiled).toEqual(['rbac.wasm', 'host.wasm', 'rbac.wasm'])
  })

  test('that fails changes nothing: neither policy, nor data, nor revision', async () => {
    await evaluator.activate(contentOf([rbac], users('ann'), 1))
    await expect(evaluator.activate(contentOf([unsupported], users('bob'), 2))).rejects.toThrow()
    expect(evaluator.decide(['authz', 'list'], undefined, 1000)).toMatchObject({
      result: ['ann'],
      revision: '1.1',
    })
  })

  test('that one of several engines refuses changes none of them', async () => {
    await evaluator.activate(contentOf([rbac, host], users('ann'), 1))
    const tooMuch = evaluator.activate(contentOf([rbac, host], users('too much'), 2))
    await expect(tooMuch).rejects.toThrow('out of memory')
    expect(list(evaluator)).toEqual(['ann'])
    await evaluator.activate(contentOf([rbac, host], users('bob'), 3))
    expect(list(evaluator)).toEqual(['bob'])
  })

  test('of a patch changes the data where it lies', async () => {
    const first = contentOf([rbac], users('ann'), 1)
    await evaluator.activate(first)
    await evaluator.activate(patched(first, 'bob'))
    expect(list(evaluator)).toEqual(['ann', 'bob'])
    expect(evaluator.decide(['node', 'users', 'bob'], undefined, 1000).result).toEqual({
      roles: [],
    })
  })

  test('of a patch that one of several engines refuses takes it back', async () => {
    const first = contentOf([rbac, host], users('ann'), 1)
    await evaluator.activate(first)
    await evaluator.activate(patched(first, 'bob'))
    await expect(evaluator.activate(patched(first, 'too much'))).rejects.toThrow('out of memory')
    expect(list(evaluator)).toEqual(['ann', 'bob'])
    expect(first.document).toEqual(users('ann', 'bob'))
  })

  test('tried out decides nothing', async () => {
    await evaluator.activate(contentOf([rbac], users('ann')))
    await evaluator.tryOut(contentOf([rbac], users('bob')))
    await expect(evaluator.tryOut(contentOf([unsupported], {}))).rejects.toThrow()
    expect(list(evaluator)).toEqual(['ann'])
  })

  test('of what was tried out decides with it, turn after turn', async () => {
    for (const [turn, name] of ['ann', 'bob', 'carol', 'ann'].entries()) {
      await evaluator.tryOut(contentOf([rbac], users(name)))
      await evaluator.activate(contentOf([rbac], users(name), turn + 1))
      expect(list(evaluator)).toEqual([name])
    }
    // One that decides, and one to try data on.
    expect(compiled).toEqual(['rbac.wasm', 'rbac.wasm'])
  })

  test('of something else than was tried out decides with that', async () => {
    await evaluator.activate(contentOf([rbac], users('ann'), 1))
    await evaluator.tryOut(contentOf([rbac], users('bob')))
    await evaluator.activate(contentOf([rbac], users('carol'), 2))
    expect(list(evaluator)).toEqual(['carol'])
    await evaluator.tryOut(contentOf([rbac, host], users('dave')))
    await evaluator.activate(contentOf([rbac], users('dave'), 3))
    expect(list(evaluator)).toEqual(['dave'])
    await evaluator.activate(contentOf([rbac, host], users('dave'), 4))
    expect(list(evaluator)).toEqual(['dave'])
  })

  test('after a trial that failed decides as ever', async () => {
    await evaluator.activate(contentOf([rbac], users('ann'), 1))
    await expect(evaluator.tryOut(contentOf([rbac], users('too much')))).rejects.toThrow()
    await evaluator.tryOut(contentOf([rbac], users('bob')))
    expect(list(evaluator)).toEqual(['ann'])
    await evaluator.activate(contentOf([rbac], users('bob'), 2))
    expect(list(evaluator)).toEqual(['bob'])
  })
})
