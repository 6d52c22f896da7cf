import type { Unit } from '@vedette/core/bundle/manifest'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { BUILD_MS, nested, startCompiler } from '../../compiler/compiler.support.ts'
import type { ToscaPolicy } from '../../pap/tosca-policy.ts'
import { base64, tosca, update } from '../catalog.support.ts'
import { emptyDocument } from '../data/document.ts'
import type { Deployed } from '../units/workshop.ts'
import { createWorkshop } from '../units/workshop.ts'
import type { Deployment } from './deploy.ts'
import { deploy } from './deploy.ts'

let compiler: Awaited<ReturnType<typeof startCompiler>>

beforeAll(async () => {
  compiler = await startCompiler()
}, BUILD_MS)
afterAll(() => compiler[Symbol.asyncDispose]())

const nothing: Deployed = { policies: [], document: emptyDocument, units: new Map() }

const calling = tosca('documents', {
  rego: {
    documents: 'import data.documents.roles\nallow if roles.has(input.user, "admin")',
    'documents.roles': 'has(user, role) if role in data.node.documents.roles[user]',
  },
  data: { 'node.documents': '{"roles":{"alice":["admin"]}}' },
})
const provider = tosca('provider', { rego: { provider: 'double(x) := x + x' } })
const needy = tosca('needy', { rego: { needy: 'four := data.provider.double(2)' } })

function deployOn(current: Deployed, change: Parameters<typeof update>[0]): Promise<Deployment> {
  return deploy(current, update(change), { workshop: createWorkshop(compiler) })
}

function unitOf(deployed: Deployed | undefined, name: string): Unit | undefined {
  return deployed?.units.get(name)?.unit
}

test('packages of a policy that call each other become one unit', async () => {
  const { next, outcome } = await deployOn(nothing, { deploy: [calling] })
  expect(outcome.deployErrors).toEqual([])
  const unit = unitOf(next, 'documents')
  expect(unit?.packages.toSorted()).toEqual(['documents', 'documents/roles'])
  expect(unit?.entrypoints).toContain('documents/allow')
  const program = next?.units.get('documents')?.blobs.get(unit?.program?.digest ?? '')
  expect(Buffer.from(program ?? []).toString()).toContain('documents')
})

test('a policy that calls another has its modules, but only its own rules', async () => {
  const { next, outcome } = await deployOn(nothing, { deploy: [needy, provider] })
  expect(outcome.deployErrors).toEqual([])
  expect(unitOf(next, 'needy')).toMatchObject({
    packages: ['needy'],
    functions: [],
    builtins: expect.arrayContaining(['plus']),
  })
  expect(unitOf(next, 'needy')?.entrypoints.toSorted()).toEqual(['needy', 'needy/four'])
  expect(unitOf(next, 'provider')?.functions).toEqual(['provider/double'])
})

test('a package is known by one name, however it is spelt', async () => {
  const { next, outcome } = await deployOn(nothing, {
    deploy: [
      withModule('onap.my-role.2nd', 'package onap["my-role"]["2nd"] # ours\nallow if input.x'),
      withModule('a["b"]', 'package a["b"]\nc := 2'),
      withModule('node["a"]', 'package node["a"]\nc := 2'),
      withModule('a-b', 'package a-b\nc := 2'),
    ],
  })
  expect(outcome.deployErrors).toEqual(
    ['a["b"]', 'node["a"]', 'a-b'].map((key) =>
      expect.stringContaining(`${key}: rego_parse_error: '${key}' is no name of a package; `),
    ),
  )
  expect(unitOf(next, 'onap.my-role.2nd')?.entrypoints).toContain('onap/my-role/2nd/allow')
})

function withModule(name: string, source: string): ToscaPolicy {
  const policy = tosca(name)
  return { ...policy, properties: { data: {}, policy: { [name]: base64(source) } } }
}

test('broken Rego is located, and takes nobody else down', async () => {
  const { next, outcome } = await deployOn(nothing, {
    deploy: [
      tosca('parse', { rego: { parse: 'allow if {\n' } }),
      calling,
      tosca('unsafe', { rego: { unsafe: 'allow if y > 1' } }),
    ],
  })
  expect(next?.policies.map(({ name }) => name)).toEqual(['documents'])
  expect(outcome.deployErrors[0]).toMatch(
    /^failed to build Rego File for parse: parse\.rego:\d+:\d+: rego_parse_error: \S/,
  )
  expect(outcome.deployErrors[1]).toBe(
    'failed to build Rego File for unsafe: unsafe.rego:2:10: rego_unsafe_var_error: var y is unsafe',
  )
})

test('a policy that takes too long takes nobody with it', async () => {
  await using hasty = await startCompiler({ deadlineMs: 4000 })
  const slow = nested(25).replace('package slow\n', '')
  const { next, outcome } = await deploy(
    nothing,
    update({ deploy: [provider, tosca('slow', { rego: { slow } }), needy, calling] }),
    { workshop: createWorkshop(hasty) },
  )
  expect(next?.policies.map(({ name }) => name)).toEqual(['provider', 'needy', 'documents'])
  expect(outcome.deployErrors.join()).toMatch(
    /^failed to build Rego File for slow: .*ERR_COMPILE_DEADLINE/,
  )
})

test('a policy that loses its function is left out until it is back', async () => {
  const all = await deployOn(nothing, { deploy: [provider, needy, calling] })
  expect(all.outcome.deployErrors).toEqual([])
  const undeploy = [{ name: 'provider', version: '1.0.0' }]
  const gone = await deployOn(all.next ?? nothing, { undeploy })
  expect(gone.next?.policies.map(({ name }) => name)).toEqual(['needy', 'documents'])
  expect(unitOf(gone.next, 'needy')).toBeUndefined()
  expect(unitOf(gone.next, 'documents')).toBe(unitOf(all.next, 'documents'))
  expect(gone.leftOut.join()).toContain('needy.rego:2:')
  const back = await deployOn(gone.next ?? nothing, { deploy: [provider] })
  expect(unitOf(back.next, 'needy')?.entrypoints).toContain('needy/four')
  expect(back.leftOut).toEqual([])
})
