import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import type { Mock } from 'vitest'
import { expect, onTestFinished, test, vi } from 'vitest'

import { createKeys, openIn, tosca, update } from '../catalog/catalog.support.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { directoryForTest } from '../catalog/for-test.support.ts'
import type { Gate } from '../catalog/units/gate.ts'
import { template, testDirectory, writeFiles } from '../local-pap/test-directory.support.ts'
import { startPreload } from './preload.ts'
import type { Preload } from './preload.ts'

const keys = await createKeys()

/** A gateway's catalogue, which survives restarts. */
async function installation(): Promise<{
  start(dir: string | undefined): Promise<Running>
}> {
  const directory = await directoryForTest()
  const settings = new Map<string, string>()
  const store = {
    setting: (key: string) => Promise.resolve(settings.get(key)),
    putSetting: async (key: string, value: string) => void settings.set(key, value),
  }
  return {
    async start(dir) {
      const gate = vi.fn<Gate>()
      const { catalog } = await openIn(directory, { signer: keys.signer, gate })
      const log = { info: vi.fn(), error: vi.fn() }
      const preload = await startPreload({ dir, administration: catalog, store, log })
      let stopped: Promise<void> | undefined
      const stop = (): Promise<void> => (stopped ??= preload.close().then(() => catalog.close()))
      onTestFinished(stop)
      return {
        catalog,
        gate,
        log,
        stop,
        pap: preload.administration,
        names: () => namesIn(catalog),
      }
    },
  }
}

interface Running {
  readonly catalog: Catalog
  readonly gate: Mock<Gate>
  readonly pap: Preload['administration']
  readonly log: { readonly error: ReturnType<typeof vi.fn> }
  readonly names: () => readonly string[]
  readonly stop: () => Promise<void>
}

function namesIn(catalog: Pick<Catalog, 'policies'>): readonly string[] {
  return catalog.policies().map(({ name, version }) => `${name} ${version}`)
}

const action = {
  'action/action.rego': 'package action\n',
  'action/data.json': '{"users":["alice"]}',
}

test('a preloaded policy is in force and no concern of the PAP, whatever that undeploys', async () => {
  const { start } = await installation()
  const { catalog, pap, names } = await start(await testDirectory(action))
  expect(names()).toEqual(['action 1.0.0'])
  expect(catalog.document()).toMatchObject({ node: { action: { users: ['alice'] } } })
  expect(pap.policies()).toEqual([])
  await pap.apply(update({ deploy: [tosca('role')] }))
  expect(pap.policies()).toEqual([{ name: 'role', version: '1.0.0' }])
  const all = [...pap.policies(), { name: 'action', version: '1.0.0' }]
  const undeployed = await pap.apply(update({ undeploy: all }))
  expect(undeployed).toEqual({
    deployed: [],
    undeployed: [{ name: 'role', version: '1.0.0' }],
    deployErrors: [],
    undeployErrors: [],
  })
  const truth = await pap.apply(update({ deploy: [tosca('cell')], full: true }))
  expect(truth.deployed).toEqual([{ name: 'cell', version: '1.0.0' }])
  expect(names()).toEqual(['action 1.0.0', 'cell 1.0.0'])
  expect(await pap.apply(update({ full: true }))).toMatchObject({ undeployErrors: [] })
  expect(names()).toEqual(['action 1.0.0'])
})

test('a policy of the PAP by the name or in the way of a preloaded one is refused, the others are deployed', async () => {
  const { start } = await installation()
  const { pap, names } = await start(await testDirectory(action))
  const deploy = [tosca('action', { version: '2.0.0' }), tosca('action.sub'), tosca('role')]
  const outcome = await pap.apply(update({ deploy, full: true }))
  expect(outcome.deployed).toEqual([{ name: 'role', version: '1.0.0' }])
  expect(outcome.deployErrors).toEqual([
    'action, policy Validation Failed: Policy-id: action is preloaded by this PDP (VEDETTE_PRELOAD_DIR), cannot be replaced',
    expect.stringContaining('Policy-id: action.sub is child  of deployed policy'),
  ])
  expect(names()).toEqual(['action 1.0.0', 'role 1.0.0'])
})

test('the folder is followed; a broken policy leaves the one before in force', async () => {
  const dir = await testDirectory(action)
  const { start } = await installation()
  const { names, log } = await start(dir)
  await writeFiles(dir, { 'action/action.rego': 'package action\n\np := 2\n' })
  await vi.waitFor(() => expect(names()).toEqual(['action 1.0.1']))
  await writeFiles(dir, { 'action/action.rego': 'package action\nbroken\n' })
  await vi.waitFor(() => expect(log.error).toHaveBeenCalled())
  expect(names()).toEqual(['action 1.0.1'])
  await writeFiles(dir, { 'cell.yaml': template('cell', '3.0.0', 'package cell\n') })
  await vi.waitFor(() => expect(names()).toContain('cell 3.0.0'))
  await rm(join(dir, 'action'), { recursive: true })
  await vi.waitFor(() => expect(names()).toEqual(['cell 3.0.0']))
})

test("a policy's tests and examples come to the gate, and are no modules", async () => {
  const { start } = await installation()
  const { catalog, gate } = await start(
    await testDirectory({
      ...action,
      'action/action_test.rego': 'package action_test\n',
      'action/examples/a.json': '{}',
    }),
  )
  expect(gate.mock.calls.map(([{ checks }]) => checks)).toEqual([
    {
      tests: [{ file: 'action/action_test.rego', source: 'package action_test\n' }],
      examples: [{ file: 'action/examples/a.json', source: '{}' }],
    },
  ])
  expect(catalog.sources().modules.map(({ file }) => file)).toEqual(['action.rego'])
})

test('after a restart nothing is brought again that is as it was, and what is gone goes', async () => {
  const { start } = await installation()
  const dir = await testDirectory({ ...action, 'b/b.rego': 'package b\n' })
  const first = await start(dir)
  await first.pap.apply(update({ deploy: [tosca('role')] }))
  const before = first.catalog.head()?.head.sequence
  await first.stop()
  const second = await start(dir)
  expect(second.catalog.head()?.head.sequence).toBe(before)
  expect(namesIn(second.pap)).toEqual(['role 1.0.0'])
  await second.stop()
  await rm(join(dir, 'b'), { recursive: true })
  await writeFiles(dir, { 'action/data.json': '{"users":["bob"]}' })
  const third = await start(dir)
  expect(third.names().toSorted()).toEqual(['action 1.0.0', 'role 1.0.0'])
  expect(third.catalog.document()).toMatchObject({ node: { action: { users: ['bob'] } } })
  await third.stop()
  expect((await start(undefined)).names()).toEqual(['role 1.0.0'])
})

test('where the PAP was first with a name, its policy stays', async () => {
  const { start } = await installation()
  const first = await start(undefined)
  await first.pap.apply(update({ deploy: [tosca('action', { version: '2.0.0' })] }))
  await first.stop()
  const { names, pap, log } = await start(await testDirectory(action))
  expect(names()).toEqual(['action 2.0.0'])
  expect(namesIn(pap)).toEqual(['action 2.0.0'])
  expect(log.error).toHaveBeenCalledWith({ policy: 'action' }, expect.any(String))
})

test('a folder that is not there stops the start', async () => {
  const { start } = await installation()
  await expect(start('/no/such/folder')).rejects.toThrow(
    /^VEDETTE_PRELOAD_DIR: .*\/no\/such\/folder/,
  )
})
