import type { Unit } from '@vedette/core/bundle/manifest'
import type { PatchOperation } from '@vedette/core/bundle/patch'
import { patchInPlace } from '@vedette/core/bundle/patch-in-place'
import type { Json } from '@vedette/core/json/json'
import type { Content } from '@vedette/core/replica/content'
import type { LocalEvaluator } from '@vedette/core/replica/local-evaluator'
import { createLocalEvaluator } from '@vedette/core/replica/local-evaluator'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { tosca, update } from '../catalog/catalog.support.ts'
import { emptyDocument } from '../catalog/data/document.ts'
import { deploy } from '../catalog/policies/deploy.ts'
import type { MadeUnit } from '../catalog/units/units.ts'
import type { Deployed } from '../catalog/units/workshop.ts'
import { createWorkshop } from '../catalog/units/workshop.ts'
import { BUILD_MS, startCompiler } from '../compiler/compiler.support.ts'

const rego = {
  careful: `import data.system.opal
allow if { opal.healthy; data.node.on }
failed := opal.last_data_transaction.error
whole := data.system[input.member]`,
  plain: 'on := data.node.on',
}

let compiler: Awaited<ReturnType<typeof startCompiler>>
let deployed: readonly MadeUnit[]
beforeAll(async () => {
  compiler = await startCompiler()
  const nothing: Deployed = { policies: [], document: emptyDocument, units: new Map() }
  const policies = Object.entries(rego).map(([name, text]) =>
    tosca(name, { rego: { [name]: text } }),
  )
  const workshop = createWorkshop(compiler)
  const { next, outcome } = await deploy(nothing, update({ deploy: policies }), { workshop })
  expect(outcome.deployErrors).toEqual([])
  const units = next?.units ?? expect.unreachable()
  const finished = await workshop.finish(units)
  deployed = [...units.values()].map((made) => finished.get(made) ?? made)
}, BUILD_MS)
afterAll(() => compiler[Symbol.asyncDispose]())

const head = {
  scope: 'default',
  epoch: 1,
  sequence: 1,
  issued: 0,
  maxAgeMs: 1,
  whenOlder: 'deny',
  state: 'ACTIVE',
  parts: {},
} as const

/** The units as one engine alone runs them. */
function manifestFor(engine: 'plan' | 'wasm'): Content['manifest'] {
  const units = deployed.map(({ unit }): Unit => {
    const { program: _program, wasm: _wasm, ...rest } = unit
    const { program, wasm } = unit
    if (engine === 'plan' && program) return { ...rest, program }
    return { ...rest, ...(wasm !== undefined && { wasm }) }
  })
  return { policies: {}, units: Object.fromEntries(units.map((unit) => [unit.name, unit])) }
}

const opal = (healthy: boolean, error = ''): Json => ({
  healthy,
  last_data_transaction: { error },
})

describe.each(['plan', 'wasm'] as const)("data.system.opal with the engine '%s'", (engine) => {
  let evaluator: LocalEvaluator
  let content: Content
  beforeEach(() => {
    evaluator = createLocalEvaluator()
    const document: Json = { node: { on: true }, system: { version: 1 } }
    const blobs = new Map(deployed.flatMap(({ blobs }) => [...blobs]))
    const blob = (digest: string) => blobs.get(digest) ?? new Uint8Array()
    content = { head, manifest: manifestFor(engine), document, blob }
  })

  const answer = (entrypoint: string, input?: Json) =>
    evaluator.decide(
      entrypoint.split('/'),
      input === undefined ? undefined : { value: () => input, text: () => JSON.stringify(input) },
      0,
    ).result

  async function patch(...operations: readonly PatchOperation[]): Promise<void> {
    const { document, undo } = patchInPlace(content.document, operations)
    content = { ...content, document, change: { patches: [], operations, undo } }
    await evaluator.activate(content)
  }

  test('is what the replica says of itself, beside the data', async () => {
    await evaluator.activate(content)
    expect(answer('careful/allow')).toBeUndefined()
    evaluator.setOpal(opal(true))
    expect(answer('careful/allow')).toBe(true)
    expect(answer('careful/failed')).toBe('')
    expect(answer('careful/whole', { member: 'version' })).toBe(1)
    evaluator.setOpal(opal(false, 'no'))
    expect(answer('careful/allow')).toBeUndefined()
    expect(answer('careful/failed')).toBe('no')
    expect(answer('plain/on')).toBe(true)
  })

  test('stays through changes of the data, small and large', async () => {
    evaluator.setOpal(opal(true))
    await evaluator.activate(content)
    await patch({ op: 'replace', path: '/node/on', value: false })
    expect(answer('careful/allow')).toBeUndefined()
    await patch({ op: 'add', path: '/node', value: { on: true } })
    expect(answer('careful/allow')).toBe(true)
    await patch({ op: 'add', path: '/other', value: 1 })
    expect([answer('careful/allow'), answer('other'), answer('plain/on')]).toEqual([true, 1, true])
    content = { ...content, document: { node: { on: true } } }
    await evaluator.activate(content)
    expect(answer('careful/allow')).toBe(true)
    expect(answer('other')).toBeUndefined()
  })

  test('is never written into the data itself, which is the same everywhere', async () => {
    evaluator.setOpal(opal(true))
    await evaluator.activate(content)
    expect(answer('careful/allow')).toBe(true)
    expect(answer('system')).toEqual({ version: 1 })
    expect(content.document).toEqual({ node: { on: true }, system: { version: 1 } })
  })

  test('is hidden where the head says so, and shown when it no longer does', async () => {
    evaluator.setOpal(opal(true))
    await evaluator.activate({ ...content, head: { ...head, hidesOpal: true } })
    expect(answer('careful/allow')).toBeUndefined()
    expect(answer('careful/whole', { member: 'opal' })).toBeUndefined()
    evaluator.setOpal(opal(true, 'still'))
    expect(answer('careful/failed')).toBeUndefined()
    await evaluator.activate(content)
    expect(answer('careful/allow')).toBe(true)
    await evaluator.activate({ ...content, head: { ...head, hidesOpal: true } })
    expect(answer('careful/allow')).toBeUndefined()
  })
})
