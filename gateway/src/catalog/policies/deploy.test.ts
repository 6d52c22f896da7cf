import { parseJson } from '@vedette/core/json/parse'
import { stringifyJson } from '@vedette/core/json/stringify'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import type { PolicyUpdate } from '../../pap/administration.ts'
import type { ToscaPolicy } from '../../pap/tosca-policy.ts'
import { base64, fakeCompiler, tosca, update } from '../catalog.support.ts'
import { emptyDocument } from '../data/document.ts'
import type { Compiler, CompileResult } from '../units/compile.ts'
import type { Deployed } from '../units/workshop.ts'
import { createWorkshop } from '../units/workshop.ts'
import type { Deployment } from './deploy.ts'
import { deploy } from './deploy.ts'

const nothing: Deployed = { policies: [], document: emptyDocument, units: new Map() }

function deployOn(
  current: Deployed,
  change: Partial<PolicyUpdate>,
  compiler: Compiler = fakeCompiler(),
): Promise<Deployment> {
  return deploy(current, update(change), { workshop: createWorkshop(compiler) })
}

async function inForce(...policies: readonly ToscaPolicy[]): Promise<Deployed> {
  const { next, outcome } = await deployOn(nothing, { deploy: policies })
  expect(outcome.deployErrors).toEqual([])
  return next ?? nothing
}

async function errorOf(policy: ToscaPolicy, current: Deployed = nothing): Promise<string> {
  const { next, outcome } = await deployOn(current, { deploy: [policy] })
  expect(next).toBeUndefined()
  expect(outcome.deployed).toEqual([])
  return outcome.deployErrors.join('|')
}

function names(contents: Deployed | undefined): readonly string[] | undefined {
  return contents?.policies.map(({ name, version }) => `${name} ${version}`)
}

/** Packages of each unit. */
function packages(deployed: Deployed | undefined): Readonly<Record<string, readonly string[]>> {
  const units = [...(deployed?.units ?? [])]
  return Object.fromEntries(units.map(([name, { unit }]) => [name, unit.packages]))
}

function nodeOf(contents: Deployed | undefined): unknown {
  return JSON.parse(stringifyJson(contents?.document ?? null)).node
}

const validation = (name: string, problem: string): string =>
  `Tosca Policy Validation failed for Policy: ${name}: ${problem}, 'Validation emphasizes the condition'`

test.each<[string, ToscaPolicy, string]>([
  ['no name', tosca(''), ', policy Name cannot be Empty'],
  [
    'a parent',
    tosca('cell'),
    'cell, policy Validation Failed : Policy-id: cell is parent  of deployed policy, overrides existing policy: cell.consistency',
  ],
  [
    'a child',
    tosca('cell.consistency.topology'),
    'cell.consistency.topology, policy Validation Failed:  Policy-id: cell.consistency.topology is child  of deployed policy , can overwrite existing policy: cell.consistency',
  ],
  [
    'another policy-id',
    { ...tosca('role'), metadata: { 'policy-id': 'roles', 'policy-version': '1.0.0' } },
    validation('role', "policy name 'role' does not match metadata policy-id 'roles'"),
  ],
  [
    'another policy-version',
    { ...tosca('role'), metadata: { 'policy-id': 'role', 'policy-version': '2.0.0' } },
    validation('role', "policy version '1.0.0' does not match metadata policy-version '2.0.0'"),
  ],
  [
    "another policy's data",
    tosca('role', { data: { 'node.rolex': '{}' } }),
    validation('role', "data key 'node.rolex' does not have name 'node.role' as a prefix"),
  ],
  [
    "another policy's package",
    tosca('role', { rego: { rolex: '' } }),
    validation('role', "policy key 'rolex' does not have name 'role' as a prefix"),
  ],
  [
    'a reserved package',
    tosca('node.role'),
    "Tosca Policy Validation failed for Policy: node.role: policy key 'node.role' cannot be used: data.node is reserved for data",
  ],
  [
    'a package where data is',
    tosca('system', { rego: { 'system.version': '' } }),
    "Tosca Policy Validation failed for Policy: system: policy key 'system.version' cannot be used: data.system is reserved for data",
  ],
  [
    'a policy of no module',
    tosca('role', { rego: {}, data: { 'node.role': '{}' } }),
    "Tosca Policy Validation failed for Policy: role: policy 'role' has no module",
  ],
  [
    'a policy of another type',
    { ...tosca('role'), type: 'onap.policies.native.Xacml' },
    "Tosca Policy Validation failed for Policy: role: policy type 'onap.policies.native.Xacml' is not 'onap.policies.native.opa'",
  ],
  [
    'no data path',
    tosca('role', { data: { 'node.role.': '{}' } }),
    "Tosca Policy Validation failed for Policy: role: data key 'node.role.' has an empty segment",
  ],
  [
    'data that is no JSON',
    tosca('role', { data: { 'node.role': '{"a":1} x' } }),
    'failed to build Rego File for role: node.role: unexpected "x" at line 1, column 9',
  ],
  [
    'data below a scalar',
    tosca('role', { data: { 'node.role': '1', 'node.role.a': '2' } }),
    'failed to Write Data: role: /node/role/a has no place: what is at /node/role is no object',
  ],
  [
    'Rego that is broken',
    tosca('role', { rego: { role: 'x := 1\nbroken' } }),
    'failed to build Rego File for role: role.rego:3:1: rego_parse_error: unexpected token',
  ],
  [
    'a package that is declared otherwise',
    withModule('role', 'package roles\n'),
    "role: package name mismatch for key 'role': expected 'role' but got 'roles'",
  ],
  [
    'no package',
    withModule('role', '# package role\n\nallow := true'),
    "role: package declaration not found in policy content for key 'role'",
  ],
  [
    'an empty module',
    withModule('role', ''),
    "role: package declaration not found in policy content for key 'role'",
  ],
])('refuses %s', async (_, policy, error) => {
  expect(await errorOf(policy, await inForce(tosca('cell.consistency')))).toBe(error)
})

test('refuses base64 that Go refuses, modules before data', async () => {
  const policy = tosca('role')
  const properties = { policy: { role: 'cGFja2FnZSByb2xl_' }, data: { 'node.role': '!' } }
  expect(await errorOf({ ...policy, properties })).toBe(
    'role: illegal base64 data at input byte 16',
  )
  const data = { ...policy.properties, data: { 'node.role': 'e30' } }
  expect(await errorOf({ ...policy, properties: data })).toBe(
    'role: illegal base64 data at input byte 0',
  )
})

test('takes a module whose package comes after comments and blank lines, by CRLF', async () => {
  const { outcome } = await deployOn(nothing, {
    deploy: [withModule('role', '# Copyright\r\n\r\n  package   role  \r\nallow := true')],
  })
  expect(outcome.deployErrors).toEqual([])
})

test.each([
  'package role',
  'package\trole',
  'package   role # the roles',
  '\n# Copyright\n  package role#',
  '\r\n# package other\r\npackage role\r',
  'package  role\n# package other',
])('takes %j for the package role', async (source) => {
  const { outcome } = await deployOn(nothing, { deploy: [withModule('role', source)] })
  expect(outcome.deployErrors).toEqual([])
})

const looseRole = tosca('role', {
  rego: { role: '', rolex: '' },
  data: { 'node.role': '1', 'node.rolex': '2' },
})

async function deployLoosely(current: Deployed, policy: ToscaPolicy): Promise<Deployment> {
  const workshop = createWorkshop(fakeCompiler())
  return deploy(current, update({ deploy: [policy] }), { workshop, loosePrefixes: true })
}

test('where prefixes are loose a policy may own what begins like it, but nothing that is owned', async () => {
  const { next = nothing } = await deployLoosely(nothing, looseRole)
  expect(packages(next)).toEqual({ role: ['role', 'rolex'] })
  expect(nodeOf(next)).toEqual({ role: 1, rolex: 2 })
  const taken = await deployLoosely(next, tosca('rolex'))
  expect(taken.outcome.deployErrors).toEqual([
    "Tosca Policy Validation failed for Policy: rolex: policy key 'rolex' cannot be used: it is of policy role",
  ])
  const below = tosca('rolexy', { data: { 'node.rolexy': '0' } })
  expect((await deployLoosely(next, below)).outcome.deployErrors).toEqual([])
  const first = await inForce(tosca('rolex', { data: { 'node.rolex': '0' } }))
  expect((await deployLoosely(first, looseRole)).outcome.deployErrors).toEqual([
    "Tosca Policy Validation failed for Policy: role: policy key 'rolex' cannot be used: it is of policy rolex",
  ])
  const justData = tosca('role', { data: { 'node.rolex.a': '2' } })
  expect((await deployLoosely(first, justData)).outcome.deployErrors).toEqual([
    "Tosca Policy Validation failed for Policy: role: data key 'node.rolex.a' cannot be used: it is of policy rolex",
  ])
})

test('policies fail one by one', async () => {
  const { next, outcome } = await deployOn(await inForce(tosca('old')), {
    deploy: [
      tosca('a'),
      tosca('b', { rego: { b: 'broken' }, data: { 'node.b': '1' } }),
      tosca('a.b'),
      tosca('c', { data: { 'node.c': '{"x":1}' } }),
    ],
  })
  expect(names(next)).toEqual(['old 1.0.0', 'a 1.0.0', 'c 1.0.0'])
  expect(nodeOf(next)).toEqual({ c: { x: 1 } })
  expect(outcome.deployed).toEqual([
    { name: 'a', version: '1.0.0' },
    { name: 'c', version: '1.0.0' },
  ])
  expect(outcome.deployErrors).toEqual([
    'failed to build Rego File for b: b.rego:2:1: rego_parse_error: unexpected token',
    'a.b, policy Validation Failed:  Policy-id: a.b is child  of deployed policy , can overwrite existing policy: a',
  ])
})

test('whoever is too much to compile is found without a file name', async () => {
  const { next, outcome } = await deployOn(await inForce(tosca('old')), {
    deploy: [tosca('a'), tosca('b', { rego: { b: 'heavy' } }), tosca('c')],
  })
  expect(names(next)).toEqual(['old 1.0.0', 'a 1.0.0', 'c 1.0.0'])
  expect(outcome.deployErrors).toEqual(['failed to build Rego File for b: deadline: too slow'])
  expect(packages(next)).toEqual({ old: ['old'], a: ['a'], c: ['c'] })
})

test('policies of one update may need each other, in any order', async () => {
  const { outcome } = await deployOn(nothing, {
    deploy: [tosca('a', { rego: { a: 'needs b' } }), tosca('b')],
  })
  expect(outcome.deployErrors).toEqual([])
})

test('a new version takes the place of the old one, content and all', async () => {
  const v1 = tosca('role', {
    rego: { role: '', 'role.old': '' },
    data: { 'node.role': '{"admins":[]}', 'node.role.old': '1' },
  })
  const v2 = tosca('role', { version: '2.0.0', data: { 'node.role.new': '2' } })
  const { next, outcome } = await deployOn(await inForce(v1), { deploy: [v2] })
  expect(names(next)).toEqual(['role 2.0.0'])
  expect(packages(next)).toEqual({ role: ['role'] })
  expect(nodeOf(next)).toEqual({ role: { new: 2 } })
  expect(outcome).toMatchObject({
    deployed: [{ version: '2.0.0' }],
    undeployed: [],
    deployErrors: [],
  })
})

test('a new version that fails leaves the old one, content and all', async () => {
  const current = await inForce(tosca('role', { data: { 'node.role': '{"admins":["alice"]}' } }))
  const v2 = tosca('role', {
    version: '2.0.0',
    rego: { role: 'broken' },
    data: { 'node.role': '0' },
  })
  const { next, outcome } = await deployOn(current, { deploy: [v2, tosca('other')] })
  expect(names(next)).toEqual(['role 1.0.0', 'other 1.0.0'])
  expect(nodeOf(next)).toEqual({ role: { admins: ['alice'] } })
  expect(outcome.deployErrors).toHaveLength(1)
})

test('an undeploy of the old version does not take the new one', async () => {
  const current = await inForce(tosca('role', { data: { 'node.role': '1' } }))
  const { next, outcome } = await deployOn(current, {
    deploy: [tosca('role', { version: '2.0.0', data: { 'node.role': '2' } })],
    undeploy: [{ name: 'role', version: '1.0.0' }],
  })
  expect(names(next)).toEqual(['role 2.0.0'])
  expect(nodeOf(next)).toEqual({ role: 2 })
  expect(outcome.undeployed).toEqual([{ name: 'role', version: '1.0.0' }])
})

test('what is deployed already, or twice in one update, is deployed once', async () => {
  const current = await inForce(tosca('role'))
  const skipped = await deployOn(current, { deploy: [tosca('role')] })
  expect(skipped.next).toBeUndefined()
  expect(skipped.outcome).toEqual({
    deployed: [],
    undeployed: [],
    deployErrors: [],
    undeployErrors: [],
  })
  const twice = await deployOn(current, { deploy: [tosca('a'), tosca('a')] })
  expect(names(twice.next)).toEqual(['role 1.0.0', 'a 1.0.0'])
})

test('undeploying what is unknown, by name or version, succeeds and changes nothing', async () => {
  const current = await inForce(tosca('role'))
  const undeploy = [
    { name: 'role', version: '9.0.0' },
    { name: 'other', version: '1.0.0' },
  ]
  const { next, outcome } = await deployOn(current, { undeploy })
  expect(next).toBeUndefined()
  expect(outcome).toEqual({ deployed: [], undeployed: [], deployErrors: [], undeployErrors: [] })
})

test('what a full update does not deploy goes', async () => {
  const current = await inForce(tosca('a', { data: { 'node.a': '1' } }), tosca('b'), tosca('c'))
  const { next, outcome } = await deployOn(current, {
    deploy: [tosca('b'), tosca('c', { version: '2.0.0', rego: { c: 'broken' } }), tosca('d')],
    full: true,
  })
  expect(names(next)).toEqual(['b 1.0.0', 'd 1.0.0'])
  expect(nodeOf(next)).toEqual({})
  expect(outcome.undeployed.map(({ name }) => name)).toEqual(['a', 'c'])
  const none = await deployOn(current, { full: true })
  expect(none.next).toMatchObject({ policies: [], units: new Map() })
})

test.each([true, false])('a version with other content is replaced (full: %s)', async (full) => {
  const current = await inForce(tosca('a', { data: { 'node.a': '1' } }))
  const deploy = [tosca('a', { data: { 'node.a': '2' } })]
  const { next } = await deployOn(current, { deploy, full })
  expect(names(next)).toEqual(['a 1.0.0'])
  expect(nodeOf(next)).toEqual({ a: 2 })
  expect((await deployOn(next ?? nothing, { deploy, full })).next).toBeUndefined()
})

test('a version whose other content fails stays as it is', async () => {
  const current = await inForce(tosca('a', { data: { 'node.a': '1' } }))
  const deploy = [tosca('a', { data: { 'node.a': '2' }, rego: { a: 'broken' } })]
  const { next, outcome } = await deployOn(current, { deploy })
  expect(next).toBeUndefined()
  expect(outcome.deployErrors).toHaveLength(1)
})

test('undeploying removes the parents that led to nothing else, and no others', async () => {
  const current = await inForce(
    tosca('a.b.c', { data: { 'node.a.b.c': '{"x":1}' } }),
    tosca('a.b.d', { data: { 'node.a.b.d.e': '1', 'node.a.b.d.f': '2' } }),
  )
  const onlyD = await deployOn(current, { undeploy: [{ name: 'a.b.c', version: '1.0.0' }] })
  expect(nodeOf(onlyD.next)).toEqual({ a: { b: { d: { e: 1, f: 2 } } } })
  const none = await deployOn(onlyD.next ?? nothing, {
    undeploy: [{ name: 'a.b.d', version: '1.0.0' }],
  })
  expect(nodeOf(none.next)).toEqual({})
})

test('a policy whose function is gone has no unit, and comes back with it', async () => {
  const needy = tosca('needy', { rego: { needy: 'needs provider' } })
  const current = await inForce(tosca('provider'), needy, tosca('other'))
  const gone = await deployOn(current, {
    deploy: [tosca('new'), tosca('bad', { rego: { bad: 'broken' } })],
    undeploy: [{ name: 'provider', version: '1.0.0' }],
  })
  expect(names(gone.next)).toEqual(['needy 1.0.0', 'other 1.0.0', 'new 1.0.0'])
  expect(packages(gone.next)).toEqual({ other: ['other'], new: ['new'] })
  expect(gone.outcome.deployErrors).toHaveLength(1)
  expect(gone.leftOut).toEqual([
    'failed to build Rego File for needy: needy.rego:2:1: rego_type_error: undefined function data.provider.f',
  ])
  const back = await deployOn(gone.next ?? nothing, { deploy: [tosca('provider')] })
  expect(Object.keys(packages(back.next))).toEqual(['needy', 'other', 'new', 'provider'])
  expect(back.leftOut).toEqual([])
})

test('beside a policy left out, new policies may still need each other', async () => {
  const needy = tosca('needy', { rego: { needy: 'needs provider' } })
  const current = await inForce(tosca('provider'), needy)
  const undeploy = [{ name: 'provider', version: '1.0.0' }]
  const { next } = await deployOn(current, { undeploy })
  expect(next).toMatchObject({ units: new Map(), policies: [{ name: 'needy' }] })
  const { outcome } = await deployOn(next ?? nothing, {
    deploy: [tosca('a', { rego: { a: 'needs b' } }), tosca('b')],
  })
  expect(outcome.deployErrors).toEqual([])
})

test('a new version that lacks what another policy needs is refused', async () => {
  const v1 = tosca('provider', { rego: { 'provider.functions': '' } })
  const needy = tosca('needy', { rego: { needy: 'needs provider.functions' } })
  const v2 = tosca('provider', { version: '2.0.0' })
  const { next, outcome } = await deployOn(await inForce(v1, needy), { deploy: [v2] })
  expect(next).toBeUndefined()
  expect(outcome.deployErrors).toEqual([
    'failed to build Rego File for provider: needy.rego:2:1: rego_type_error: undefined function data.provider.functions.f',
  ])
})

test('long compiler output is cut', async () => {
  const policy = tosca('role', { rego: { role: 'broken\n'.repeat(500) } })
  const error = await errorOf(policy)
  expect(error).toMatch(/^failed to build Rego File for role: role\.rego:2:1: /)
  expect(error.length).toBeLessThan(2100)
})

test('a compiler that fails says nothing of any policy', async () => {
  const plan = (): Promise<never> => Promise.reject(new Error('the helper is gone'))
  const compiler = { ...fakeCompiler(), plan }
  const all = { deploy: [tosca('a')] }
  await expect(deployOn(nothing, all, compiler)).rejects.toThrow('the helper is gone')
})

test('a compiler that fails on what is in force takes nothing out of it', async () => {
  const current = await inForce(tosca('a'), tosca('b', { rego: { b: 'reads a/f' } }))
  const crashed = {
    file: 'b.rego',
    row: 1,
    column: 1,
    code: 'ERR_COMPILER_CRASHED',
    message: 'it ended',
  }
  const plan = (): Promise<CompileResult> => Promise.resolve({ errors: [crashed] })
  const compiler = { ...fakeCompiler(), plan }
  const undeploy = [{ name: 'a', version: '1.0.0' }]
  await expect(deployOn(current, { undeploy }, compiler)).rejects.toThrow('ERR_COMPILER_CRASHED')
})

test('whatever a PAP sends is deployed, or refused in one sentence', async () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.base64String(),
    fc.string().map(base64),
  )
  const keys = fc.constantFrom('a', 'a.b', 'a.', 'node.a', 'node.a.b', 'node.a..', '__proto__', '')
  const texts = fc
    .array(fc.tuple(keys, text), { maxLength: 3 })
    .map((all) => Object.fromEntries(all))
  const policies = fc.record({ policy: texts, data: texts }).map((properties) => ({
    ...tosca('a'),
    properties,
  }))
  await fc.assert(
    fc.asyncProperty(policies, async (policy) => {
      const { next, outcome } = await deployOn(nothing, { deploy: [policy] })
      expect(outcome.deployErrors).toHaveLength(next ? 0 : 1)
    }),
    { numRuns: 300 },
  )
})

test('numbers of the data keep their digits, and odd names are names', async () => {
  const policy = tosca('constructor', {
    data: { 'node.constructor.__proto__': '{"id":445611193265040129,"one":1.0,"e":1e3,"zero":-0}' },
  })
  const { document } = await inForce(policy)
  expect(stringifyJson(document)).toContain(
    '"node":{"constructor":{"__proto__":{"id":445611193265040129,"one":1.0,"e":1e3,"zero":-0}}}',
  )
  expect(parseJson(stringifyJson(document))).toEqual(document)
})

function withModule(name: string, source: string): ToscaPolicy {
  const policy = tosca(name)
  return { ...policy, properties: { ...policy.properties, policy: { [name]: base64(source) } } }
}
