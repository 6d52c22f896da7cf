import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'

import { openSource } from '../../gateway/src/sources/source-server.support.ts'
import { openGatewayProcess } from '../support/gateway-process.ts'
import type { GatewayProcess } from '../support/gateway-process.ts'

const soon = { timeout: 20_000, interval: 20 }

let gateway: GatewayProcess

beforeAll(async () => {
  gateway = await openGatewayProcess({ VEDETTE_ALLOWED_TARGETS: '127.0.0.0/8' })
})
afterEach(() => gateway.kill())
afterAll(() => gateway?.close())

const post = (id: string, ...entries: readonly object[]): Promise<Response> =>
  gateway.call('POST', '/data/config', { id, entries })

/** What the document says at a path, as a patch that only tests finds out. */
async function says(path: string, value: unknown): Promise<boolean> {
  const data = [{ op: 'test', path, value }]
  const answer = await post('look', { url: '', dst_path: '/', save_method: 'PATCH', data })
  return answer.status === 200
}

test('killed while it fetches, nothing of the update happens, and those before stay', async () => {
  const source = await openSource(() => undefined)
  await gateway.start()
  expect((await post('before', { url: '', dst_path: '/a', data: 1 })).status).toBe(200)
  const lost = post(
    'lost',
    { url: '', dst_path: '/a', data: 2 },
    { url: source.url, dst_path: '/b' },
  )
  await Promise.all([
    expect(lost).rejects.toThrow(),
    vi.waitFor(() => expect(source.requests).toHaveLength(1), soon).then(() => gateway.kill()),
  ])
  await gateway.start()
  expect(await says('/a', 1)).toBe(true)
  expect((await gateway.call('GET', '/updates/lost')).status).toBe(404)
})

test.for([0, 1, 3, 8])(
  'killed %i ms after the source has answered, an update is there as a whole or not at all',
  async (afterMs) => {
    const answered = Promise.withResolvers<void>()
    const source = await openSource((_, response) => void response.end('7', answered.resolve))
    await gateway.start()
    await post('clean', { url: '', dst_path: '/a', data: 0 }, { url: '', dst_path: '/b', data: 0 })
    const answer = post(
      'torn',
      { url: '', dst_path: '/a', data: 7 },
      { url: source.url, dst_path: '/b' },
    ).catch(() => undefined)
    await answered.promise
    await new Promise((resolve) => setTimeout(resolve, afterMs))
    await gateway.kill()
    const isAcknowledged = (await answer)?.status === 200
    await gateway.start()
    const isThere = await says('/a', 7)
    expect(await says('/b', isThere ? 7 : 0)).toBe(true)
    if (isAcknowledged) expect(isThere).toBe(true)
  },
)
