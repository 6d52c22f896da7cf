import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { decodeHeld, encodePush } from '@vedette/core/protocol/messages'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { unstable_startWorker as startWorker } from 'wrangler'

import { createKey, createPublisher, emptyPush } from '../support/edge/publisher.ts'
import { aliceReads, fixtureUnit, roles } from '../support/edge/units.ts'
import { root, token } from '../support/edge/worker.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vedette-edge-'))
})
afterAll(() => rm(directory, { recursive: true }))

async function withWorker<Result>(
  trust: string,
  use: (post: (path: string, body: string) => Promise<unknown>) => Promise<Result>,
): Promise<Result> {
  const text = (value: string) => ({ type: 'plain_text', value }) as const
  const worker = await startWorker({
    config: `${root}wrangler.toml`,
    bindings: { VEDETTE_TOKEN: text(token), VEDETTE_TRUST: text(trust) },
    dev: { persist: directory, server: { port: 0 }, watch: false, logLevel: 'none' },
  })
  const headers = { authorization: `Bearer ${token}` }
  try {
    const url = await worker.url
    return await use(async (path, body) =>
      (await fetch(new URL(path, url), { method: 'POST', headers, body })).json(),
    )
  } finally {
    await worker.dispose()
  }
}

const replicaOf = (answer: unknown) => decodeHeld(JSON.stringify(answer)).status.replica

test('a Worker that was restarted decides before anybody calls, as long as it trusts the key', async () => {
  const { signer, trust } = await createKey()
  const publisher = createPublisher({ signer, epoch: 1 })
  const question = JSON.stringify({ input: aliceReads })
  const deployed = await publisher.deploy([await fixtureUnit('rbac', 'authz')])
  const filled = await publisher.setData(roles)

  const replica = await withWorker(trust, async (post) => {
    await post('/.vedette/push', encodePush(deployed))
    return replicaOf(await post('/.vedette/push', encodePush(filled)))
  })
  await withWorker(trust, async (post) => {
    const answer = await post('/v1/data/authz/allow', question)
    expect(answer).toMatchObject({ result: true, revision: '1.2' })
    expect(replicaOf(await post('/.vedette/push', encodePush(emptyPush())))).toBe(replica)
  })
  const other = await createKey()
  await withWorker(other.trust, async (post) => {
    expect(await post('/v1/data/authz/allow', question)).toMatchObject({ code: 'ERR_NOT_READY' })
  })
})
