import { pino } from 'pino'
import { expect, test, vi } from 'vitest'

import type { DataPatch } from '../catalog/catalog.ts'
import { createMemoryTopic } from '../kafka/memory-topic.support.ts'
import type { Bookmarks, RecordHandler } from '../kafka/topic.ts'
import { joinDataTopic } from './data-topic.ts'
import type { DataTopic, DataTopicOptions } from './data-topic.ts'
import { writePatchSync } from './patch-sync.ts'

const log = pino({ enabled: false })
const operations = [{ op: 'add', path: '/node/a', value: 1 }] as const
const reserved = [{ op: 'add', path: '/system', value: 1 }] as const

/** A gateway's catalogue and store, and what they keep. */
function keeper(before: readonly string[] = []): {
  readonly house: Pick<DataTopicOptions, 'catalog' | 'store'>
  readonly applied: DataPatch[]
  readonly settings: ReadonlyMap<string, string>
} {
  const applied: DataPatch[] = []
  const settings = new Map<string, string>()
  const store = {
    setting: async (key: string) => settings.get(key),
    putSetting: async (key: string, value: string) => void settings.set(key, value),
    sequences: async () => new Map(before.map((id) => [id, 1])),
  }
  const catalog = {
    async patchData(patch: DataPatch) {
      if (patch.operations[0]?.path === '/system') throw new Error('reserved')
      applied.push(patch)
      if (patch.setting) settings.set(patch.setting.key, patch.setting.value)
      return { epoch: 1, sequence: 1 }
    },
  }
  return { house: { catalog, store }, applied, settings }
}

async function joined(options: DataTopicOptions): Promise<DataTopic> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const dataTopic = joinDataTopic({ ...options, log: { ...log, info: resolve } })
  await promise
  return dataTopic
}

test('what one gateway publishes, each applies once: the sender, too', async () => {
  const topic = createMemoryTopic(log)
  const [one, other] = [keeper(), keeper()]
  const first = await joined({ topic, ...one.house, pdpName: 'opa-1', log })
  await joined({ topic, ...other.house, pdpName: 'opa-2', log })
  await first.publish(operations)
  for (const { applied } of [one, other])
    await vi.waitFor(() => expect(applied).toMatchObject([{ operations }]))
})

test('garbage and patches that do not fit are passed over, and what follows is applied', async () => {
  const topic = createMemoryTopic(log)
  const { house, applied } = keeper()
  const heard = vi.fn()
  const dataTopic = await joined({ topic, ...house, pdpName: 'opa-1', log, heard })
  const garbages = ['', 'no json', '{"header":{"messageName":"OPA_PDP_DATA_PATCH_SYNC"}}']
  for (const garbage of garbages) await topic.publish(garbage)
  await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(garbages.length))
  heard.mockClear()
  await dataTopic.publish(reserved)
  await dataTopic.publish(operations)
  await vi.waitFor(() => expect(applied.map((patch) => patch.operations)).toEqual([operations]))
  await vi.waitFor(() => expect(heard.mock.calls).toEqual([[false], [true]]))
})

test('a record that its sender had to send twice is applied and counted once', async () => {
  const topic = createMemoryTopic(log)
  const { house, applied } = keeper(['before'])
  const heard = vi.fn()
  await joined({ topic, ...house, pdpName: 'opa-1', log, heard })
  const record = writePatchSync({ sourceId: 'opa-2', operations })
  for (const id of ['before', 'once', 'once', 'other', undefined])
    await topic.publish(record, 'patches', id)
  await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(3))
  expect(applied.map(({ id }) => id)).toEqual(['once', 'other', expect.any(String)])
})

test('a place is kept with what is applied there, and without what is not; reading goes on behind it', async () => {
  const { house, settings } = keeper()
  const topic = createMemoryTopic(log)
  let subscribed: { take: RecordHandler; bookmarks: Bookmarks | undefined } | undefined
  topic.subscribe = async (take, bookmarks) => void (subscribed = { take, bookmarks })
  await joined({ topic, ...house, pdpName: 'opa-1', log })
  const { take, bookmarks } = subscribed ?? {}
  await bookmarks?.keep({ partition: 'c t 0', next: '7' })
  const record = (steps: typeof operations | typeof reserved): string =>
    writePatchSync({ sourceId: 'opa-2', operations: steps })
  await take?.(record(operations), { place: { partition: 'c t 0', next: '8' } })
  expect(settings).toEqual(new Map([['patches c t 0', '8']]))
  await take?.(record(reserved), { place: { partition: 'c t 0', next: '9' } })
  expect(await bookmarks?.find('c t 0')).toBe('9')
  expect(await bookmarks?.find('c t 1')).toBeUndefined()
})
