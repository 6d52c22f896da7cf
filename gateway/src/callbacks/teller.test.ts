import { expect, test, vi } from 'vitest'

import type { Told, UpdateRecord } from '../catalog/update-store.ts'
import { createTeller } from './teller.ts'

const update = (id: string, revision: string | null): UpdateRecord => ({
  key: id,
  id,
  kind: 'data',
  revision,
  note: '',
  error: revision === null ? 'it failed' : '',
  sequence: 1,
  told: '',
  isOpen: false,
})

test('where nobody is told, a failure is on disk at once, as its answer waits for that; a success has time', async () => {
  const written: string[] = []
  const teller = createTeller({
    store: {
      tell: (told: Told) => Promise.resolve(void written.push(...told.updates.map(({ id }) => id))),
    },
    queue: { deliver: () => undefined },
    register: { list: () => [] },
    log: { info: vi.fn(), warn: vi.fn() },
  })
  const saved = teller.tell(update('saved', '1.1'), [])
  await teller.tell(update('failed', null), [])
  expect(written).toEqual(['failed'])
  await saved
  expect(written).toEqual(['failed', 'saved'])
  await teller.close()
})
