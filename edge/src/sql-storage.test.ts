import { DatabaseSync } from 'node:sqlite'

import { expect, test } from 'vitest'

import type { SqlDatabase } from './sql-storage.ts'
import { createSqlStorage } from './sql-storage.ts'

/** A Durable Object's SQLite, as far as it is used, over Node's. */
function openDatabase(): SqlDatabase {
  const database = new DatabaseSync(':memory:')
  const exec = (query: string, ...values: (string | number | Uint8Array)[]) =>
    database.prepare(query).all(...values)
  return {
    sql: { exec } as unknown as SqlDatabase['sql'],
    transactionSync(closure) {
      database.exec('BEGIN')
      try {
        const result = closure()
        database.exec('COMMIT')
        return result
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
    },
  }
}

const change = (
  put: readonly (readonly [string, string | Uint8Array])[],
  remove: string[] = [],
) => ({
  put: new Map(put),
  remove,
})

test('texts and bytes come back as what they were, whatever their length', async () => {
  const database = openDatabase()
  const long = 'ü€😀'.repeat(300_000)
  const values = new Map<string, string | Uint8Array>([
    ['empty', ''],
    ['no bytes', new Uint8Array()],
    ['bytes', new Uint8Array([0, 255, 254])],
    ['\uFEFF', '\uFEFFtext'],
    ['long', long],
    ['long bytes', new TextEncoder().encode(long)],
  ])
  await createSqlStorage(database).write({ put: values, remove: [] })
  expect(await createSqlStorage(database).load()).toEqual(values)
})

test('a shorter value leaves nothing of a longer one, and what is removed is gone', async () => {
  const storage = createSqlStorage(openDatabase())
  await storage.write(
    change([
      ['a', 'x'.repeat(3_000_000)],
      ['b', 'b'],
    ]),
  )
  await storage.write(change([['a', 'short']], ['b', 'never there']))
  expect(await storage.load()).toEqual(new Map([['a', 'short']]))
})

test('a write that fails leaves everything as it was', async () => {
  const storage = createSqlStorage(openDatabase())
  await storage.write(change([['a', 'kept']]))
  const broken = change([
    ['a', 'lost'],
    ['b', null as unknown as string],
  ])
  await expect(storage.write(broken)).rejects.toThrow()
  expect(await storage.load()).toEqual(new Map([['a', 'kept']]))
})
