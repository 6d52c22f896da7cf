import type { Replica } from '@vedette/core/replica/replica'
import { openReplica } from '@vedette/core/replica/replica'
import { createMemoryStorage } from '@vedette/core/replica/storage'
import { beforeAll, expect, test } from 'vitest'

import type { TestKeys } from '../catalog/catalog.support.ts'
import {
  createKeys,
  openIn,
  temporaryDirectory,
  tosca,
  update,
} from '../catalog/catalog.support.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { startDistribution } from './distribution.ts'

let keys: TestKeys

beforeAll(async () => {
  keys = await createKeys()
})

function ownReplica(catalog: Catalog): Promise<Replica> {
  return openReplica({
    id: 'own',
    kind: 'gateway',
    scope: 'default',
    trust: keys.trust,
    storage: createMemoryStorage(),
    activate: () => Promise.resolve(),
    async fetchBlob(digest) {
      return (await catalog.blob(digest)) ?? expect.unreachable(`no content ${digest}`)
    },
  })
}

test('the own replica gives up long chains, and is where the catalogue is', async () => {
  await using directory = await temporaryDirectory()
  const { catalog } = await openIn(directory.path, keys)
  const own = await ownReplica(catalog)
  const distribution = await startDistribution({
    catalog,
    own,
    fleet: { heard: () => Promise.resolve() },
    scope: 'default',
    edges: [],
    token: '',
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  })
  for (let n = 0; n <= 260; n++) {
    await catalog.apply(update({ deploy: [tosca('often', { version: `${n}.0.0` })] }))
    const { parts } = catalog.head()?.head ?? expect.unreachable()
    expect(own.holdings()).toEqual({
      positions: { policy: parts.policy?.position, data: parts.data?.position },
      missing: [],
    })
  }
  expect(own.active()?.manifest.policies).toEqual({ often: '260.0.0' })
  await distribution.close()
  await catalog.close()
}, 30_000)
