import { pino } from 'pino'
import { expect, test, vi } from 'vitest'

import type { DataPatch } from '../catalog/catalog.ts'
import { createMemoryTopic } from '../kafka/memory-topic.ts'
import { joinDataTopic } from './data-topic.ts'

const log = pino({ enabled: false })
const operations = [{ op: 'add', path: '/node/a', value: 1 }] as const

function catalogOf(apply: (patch: DataPatch) => void): {
  patchData: (patch: DataPatch) => Promise<{ epoch: number; sequence: number }>
} {
  return {
    patchData: async (patch) => {
      apply(patch)
      return { epoch: 1, sequence: 1 }
    },
  }
}

test('what one gateway publishes, each applies once: the sender, too', async () => {
  const topic = createMemoryTopic(log)
  const applied: string[] = []
  const [first] = ['opa-1', 'opa-2'].map((pdpName) => {
    const catalog = catalogOf(({ operations: found }) =>
      applied.push(`${pdpName} ${JSON.stringify(found)}`),
    )
    return joinDataTopic({ topic, catalog, pdpName, log })
  })
  await first?.publish(operations)
  await vi.waitFor(() =>
    expect(applied.toSorted()).toEqual(
      ['opa-1', 'opa-2'].map((name) => `${name} ${JSON.stringify(operations)}`),
    ),
  )
})

test('garbage and patches that do not fit are passed over, and what follows is applied', async () => {
  const topic = createMemoryTopic(log)
  const applied: DataPatch[] = []
  const catalog = catalogOf((patch) => {
    if (patch.operations[0]?.path === '/system') throw new Error('reserved')
    applied.push(patch)
  })
  const heard = vi.fn()
  const joined = joinDataTopic({ topic, catalog, pdpName: 'opa-1', log, heard })
  const garbages = ['', 'no json', '{"header":{"messageName":"OPA_PDP_DATA_PATCH_SYNC"}}']
  for (const garbage of garbages) await topic.publish(garbage)
  await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(garbages.length))
  heard.mockClear()
  await joined.publish([{ op: 'add', path: '/system', value: 1 }])
  await joined.publish(operations)
  await vi.waitFor(() => expect(applied.map((patch) => patch.operations)).toEqual([operations]))
  await vi.waitFor(() => expect(heard.mock.calls).toEqual([[false], [true]]))
})
