import { afterAll, beforeAll, expect, test } from 'vitest'

import { BUILD_MS, startCompiler } from '../compiler/compiler.support.ts'
import type { Contents } from './assemble.ts'
import { tosca, update } from './catalog.support.ts'
import type { Deployment } from './deploy.ts'
import { deploy } from './deploy.ts'
import { emptyDocument } from './document.ts'

let compiler: Awaited<ReturnType<typeof startCompiler>>

beforeAll(async () => {
  compiler = await startCompiler()
}, BUILD_MS)
afterAll(() => compiler[Symbol.asyncDispose]())

const nothing: Contents = { policies: [], document: emptyDocument }

const calling = tosca('documents', {
  rego: {
    documents: 'import data.documents.roles\nallow if roles.has(input.user, "admin")',
    'documents.roles': 'has(user, role) if role in data.node.documents.roles[user]',
  },
  data: { 'node.documents': '{"roles":{"alice":["admin"]}}' },
})
const provider = tosca('provider', { rego: { provider: 'double(x) := x + x' } })
const needy = tosca('needy', { rego: { needy: 'four := data.provider.double(2)' } })

function deployOn(current: Contents, change: Parameters<typeof update>[0]): Promise<Deployment> {
  return deploy(current, update(change), compiler)
}

test('packages that call each other become one unit', async () => {
  const { next, outcome } = await deployOn(nothing, { deploy: [calling] })
  expect(outcome.deployErrors).toEqual([])
  expect(next?.unit?.packages.toSorted()).toEqual(['documents', 'documents/roles'])
  expect(next?.unit?.entrypoints).toContain('documents/allow')
  expect(Buffer.from(next?.unit?.wasm.slice(0, 4) ?? []).toString()).toBe('\0asm')
})

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

test('a policy that loses its function is left out until it is back', async () => {
  const all = await deployOn(nothing, { deploy: [provider, needy, calling] })
  expect(all.outcome.deployErrors).toEqual([])
  const undeploy = [{ name: 'provider', version: '1.0.0' }]
  const gone = await deployOn(all.next ?? nothing, { undeploy })
  expect(gone.next?.policies.map(({ name }) => name)).toEqual(['needy', 'documents'])
  expect(gone.next?.unit?.packages).not.toContain('needy')
  expect(gone.next?.unit?.entrypoints).toContain('documents/allow')
  expect(gone.leftOut.join()).toContain('needy.rego:2:')
  const back = await deployOn(gone.next ?? nothing, { deploy: [provider] })
  expect(back.next?.unit?.entrypoints).toContain('needy/four')
  expect(back.leftOut).toEqual([])
})
