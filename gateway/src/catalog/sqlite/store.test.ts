import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { temporaryDirectory } from '../catalog.support.ts'
import { openSqliteStore } from './store.ts'

let directory: Awaited<ReturnType<typeof temporaryDirectory>>
let file: string

beforeEach(async () => {
  directory = await temporaryDirectory()
  file = join(directory.path, 'vedette.db')
})
afterEach(() => directory[Symbol.asyncDispose]())

test('keeps reports and settings by key', async () => {
  const store = await openSqliteStore(file)
  await store.putReport('edge', '{"n":1}')
  await store.putReport('edge', '{"n":2}')
  await store.putSetting('pdp-name', 'opa-1')
  await store.close()

  const again = await openSqliteStore(file)
  expect(await again.reports()).toEqual(new Map([['edge', '{"n":2}']]))
  expect(await again.setting('pdp-name')).toBe('opa-1')
  expect(await again.setting('unknown')).toBeUndefined()
  await again.close()
})

test('a database in use is refused in one sentence, and free again when it is closed', async () => {
  const first = await openSqliteStore(file)
  await expect(openSqliteStore(file)).rejects.toMatchObject({
    code: 'ERR_STORAGE',
    message: `${file}: another gateway process is using the database`,
  })
  await first.close()
  await (await openSqliteStore(file)).close()
})

test.each([
  [99, 'a newer', 'use that one'],
  [1, 'an older', 'begin with an empty directory, and let the PAP deploy its policies again'],
])('a database of schema %i is refused in one sentence', async (version, age, remedy) => {
  await (await openSqliteStore(file)).close()
  const database = new DatabaseSync(file)
  database.exec(`PRAGMA user_version = ${version}`)
  database.close()
  await expect(openSqliteStore(file)).rejects.toMatchObject({
    code: 'ERR_STORAGE',
    message: `${file}: the database was written by ${age} Vedette (its tables are of version ${version}, this one knows 4): ${remedy}`,
  })
})

test('a database of the version before is brought up to date', async () => {
  await (await openSqliteStore(file)).close()
  const database = new DatabaseSync(file)
  database.exec(`
    DROP TABLE answers; DROP TABLE updates; DROP INDEX dead_letters;
    ALTER TABLE callbacks DROP COLUMN about; ALTER TABLE callbacks DROP COLUMN error;
    ALTER TABLE callbacks DROP COLUMN ended;
    INSERT INTO callbacks (id, url, request, attempts) VALUES ('a', 'http://a/', '{}', 0);
    PRAGMA user_version = 2
  `)
  database.close()
  const store = await openSqliteStore(file)
  await store.putAnswer('PDP_UPDATE 1', '{}')
  expect(await store.callbacks()).toEqual([{ id: 'a', url: 'http://a/', request: '{}', about: '' }])
  await store.close()
})

test('keeps the latest thousand answers to the PAP', async () => {
  const store = await openSqliteStore(file)
  for (let n = 1; n <= 1_001; n++) await store.putAnswer(`PDP_UPDATE ${n}`, `answer ${n}`)
  await store.close()
  const again = await openSqliteStore(file)
  const kept = await Promise.all([1, 2, 1_001].map((n) => again.answer(`PDP_UPDATE ${n}`)))
  expect(kept).toEqual([undefined, 'answer 2', 'answer 1001'])
  await again.close()
})

test('a file that is no database, or in no directory, is refused', async () => {
  await expect(openSqliteStore(join(directory.path, 'absent', 'x.db'))).rejects.toMatchObject({
    code: 'ERR_STORAGE',
  })
})

test('a write that fails in the middle leaves nothing behind', async () => {
  const store = await openSqliteStore(file)
  await store.load('default', 1)
  const added = [{ name: 'a', text: '{}' }]
  const change = {
    scope: 'default',
    sequence: 1,
    issued: 1,
    state: 'ACTIVE',
    entries: [],
    blobs: new Map(),
    forget: { positions: [], blobs: [] },
    checkpoints: [],
    update: null,
    setting: null,
  } as const
  const twice = { ...change, policies: { removed: [], added: [...added, ...added] } }
  await expect(store.write(twice)).rejects.toMatchObject({ code: 'ERR_STORAGE' })
  expect(await store.load('default', 2)).toMatchObject({
    epoch: 1,
    sequence: 0,
    state: 'PASSIVE',
    policies: [],
  })
  await store.write({ ...change, policies: { removed: [], added } })
  expect(await store.load('default', 2)).toMatchObject({ epoch: 1, sequence: 1, policies: ['{}'] })
  await store.close()
  await expect(store.write(twice)).rejects.toMatchObject({ code: 'ERR_STORAGE' })
})

test('keeps the latest twenty thousand updates, and callbacks until they are delivered or forgotten', async () => {
  const store = await openSqliteStore(file)
  const numbers = Array.from({ length: 20_001 }, (_, n) => n)
  const about = { kind: 'data', revision: null, note: '', error: '', told: '' } as const
  const updates = numbers.map((n) => ({
    ...about,
    key: `k${n}`,
    id: `u${n}`,
    sequence: n,
    isOpen: n % 10_000 === 0,
  }))
  await store.tell({ updates, callbacks: [] })
  expect(await store.update('u0')).toBeUndefined()
  expect(await store.update('u1')).toEqual(updates[1])
  expect(await store.openUpdates()).toEqual([updates[10_000], updates[20_000]])
  const again = { ...about, key: 'again', id: 'u7', sequence: 20_001, isOpen: false }
  await store.tell({ updates: [again], callbacks: [] })
  expect(await store.update('u7')).toEqual(again)
  expect((await store.sequences()).get('u7')).toBe(20_001)

  const letters = Array.from({ length: 3 }, (_, n) => `c${n}`)
  const request = { url: 'http://a/', request: '{}', about: 'u7' }
  await store.tell({ updates: [], callbacks: letters.map((id) => ({ id, ...request })) })
  await store.buryCallback({ id: 'c1', attempts: 8, error: 'gone', at: 5 })
  expect((await store.callbacks()).map(({ id }) => id)).toEqual(['c0', 'c2'])
  expect(await store.deadLetters()).toEqual([
    { id: 'c1', url: 'http://a/', about: 'u7', attempts: 8, error: 'gone', at: 5 },
  ])
  expect(await store.reviveCallbacks(['c0', 'c1'])).toEqual([{ id: 'c1', ...request }])
  await store.removeCallbacks(letters)
  expect(await store.callbacks()).toEqual([])
  await store.close()
})
