import type { Json, JsonObject } from '@vedette/core/json/json'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'

import { openSource } from '../gateway/src/sources/source-server.support.ts'
import { createMemoryStorage, createPolicyClient } from '../web-sdk/src/index.ts'
import type { PolicyClient } from '../web-sdk/src/index.ts'
import { applyModel } from './support/data-model.ts'
import type { ModelEntry, ModelUpdate } from './support/data-model.ts'
import { startOpalGateway } from './support/opal-gateway.ts'

const roots = ['a', 'l', 'x']
const path = fc.constantFrom('/a', '/a/b', '/a/b/c', '/l', '/x/y')
const value = fc.constantFrom<Json>(0, null, 'text', {}, { b: 1 }, { b: { c: 0 } }, [], [1, 2])
const place = fc.constantFrom('/b', '/c', '/0', '/-', '/b/c')
const operation = fc.oneof(
  fc.record({ op: fc.constantFrom('add', 'replace', 'test'), path: place, value }),
  fc.record({ op: fc.constant('remove'), path: place }),
  fc.record({ op: fc.constantFrom('move', 'copy'), from: place, path: place }),
)

const entry: fc.Arbitrary<ModelEntry> = fc.record({
  change: fc.oneof(
    { weight: 4, arbitrary: fc.record({ method: fc.constant('PUT' as const), data: value }) },
    {
      weight: 2,
      arbitrary: fc.record({
        method: fc.constant('PATCH' as const),
        data: fc.array(operation, { minLength: 1, maxLength: 3 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ method: fc.constant('DELETE' as const), data: value }) },
  ),
  path,
  from: fc.constantFrom('inline', 'inline', 'source', 'failing source'),
})
const update: fc.Arbitrary<ModelUpdate> = fc.record({
  entries: fc.array(entry, { minLength: 1, maxLength: 3 }),
  isAtomic: fc.boolean(),
})
type Step = readonly ModelUpdate[] | 'reconnect' | 'restart'
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.array(update, { minLength: 1, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.constant<Step>('reconnect') },
    { weight: 1, arbitrary: fc.constant<Step>('restart') },
  ),
  { minLength: 10, maxLength: 16 },
)

/** Answers with what its address says. */
const openEcho = () =>
  openSource((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://source')
    response.writeHead(Number(searchParams.get('status'))).end(searchParams.get('json'))
  })

function written({ change, path: dst_path, from }: ModelEntry, source: string): JsonObject {
  const { method, data } = change
  if (method === 'DELETE' || from === 'inline')
    return { url: '', dst_path, save_method: method, data: data as Json }
  const query = new URLSearchParams({
    json: JSON.stringify(data),
    status: from === 'source' ? '200' : '404',
  })
  return { url: `${source}?${query.toString()}`, dst_path, save_method: method }
}

/** A gateway, a page that follows it, and what both must say. */
async function openPlay() {
  const gateway = await startOpalGateway()
  const source = await openEcho()
  const storage = createMemoryStorage()
  const body = { scope: 'default', sub: 'model' }
  const { token } = (await gateway.call('POST', '/tokens', { body })).body
  const connect = (): PolicyClient => {
    const { url, keys } = gateway
    return createPolicyClient({ url, token: token as string, trust: keys.jwks, storage })
  }
  let client = connect()
  let model: JsonObject = {}

  async function send(update: ModelUpdate): Promise<Sent> {
    const { status, body: answer } = await gateway.update({
      atomic: update.isAtomic,
      entries: update.entries.map((each) => written(each, source.url)),
    })
    return { status, answer, update }
  }

  function acknowledged({ answer, update }: Sent): void {
    const { document, failed } = applyModel(model, update)
    const told = (answer['failed'] ?? []) as readonly { readonly index: number }[]
    expect(told.map(({ index }) => index)).toEqual(failed)
    model = document
  }

  return {
    async step(step: Step) {
      if (step === 'restart') return gateway.restart()
      if (step === 'reconnect') {
        client.close()
        client = connect()
        return
      }
      const sent = await Promise.all(step.map(send))
      const [first] = sent
      // One alone is refused only where the model refuses it.
      if (sent.length === 1 && first?.status !== 200 && first)
        expect(applyModel(model, first.update).document).toBe(model)
      const good = sent.filter(({ status }) => status === 200)
      for (const each of good.toSorted((a, b) => sequenceOf(a) - sequenceOf(b))) acknowledged(each)
    },
    async agrees() {
      const revision = await gateway.revision()
      await vi.waitFor(() => expect(client.status().revision).toBe(revision), { timeout: 20_000 })
      for (const root of roots) {
        expect(await gateway.data(`/${root}`)).toEqual(model[root])
        expect(client.decide(root).result).toEqual(model[root])
      }
      client.close()
    },
  }
}

interface Sent {
  readonly status: number
  readonly answer: JsonObject
  readonly update: ModelUpdate
}

function sequenceOf({ answer }: Sent): number {
  return Number((answer['revision'] as string).split('.')[1])
}

test('whatever comes in between, everyone ends with the acknowledged updates in their order', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (plan) => {
      const play = await openPlay()
      for (const step of plan) await play.step(step)
      await play.agrees()
    }),
    // Each run is a gateway: shrinking would take longer than looking.
    { numRuns: 3, endOnFailure: true },
  )
}, 300_000)
