import { DatabaseSync } from 'node:sqlite'

import type { CatalogStore } from '../store.ts'
import { load, write } from './catalog.ts'
import { prepareSchema } from './schema.ts'
import { putSetting, setting } from './settings.ts'
import type { Prepare } from './statements.ts'
import { createPrepare } from './statements.ts'
import { tell, updatesOf } from './updates.ts'

/** The store's operations as the worker carries them out: one at a time. */
export type StoreOperations = {
  readonly [Name in keyof CatalogStore]: CatalogStore[Name] extends (
    ...args: infer Arguments
  ) => Promise<infer Result>
    ? (...args: Arguments) => Result
    : never
}

/** How long another process may take to let go of the database: one that is ending, say. */
const LOCK_TIMEOUT_MS = 1000

/**
 * How much the write-ahead log holds before it is brought home, which a write waits for: 16 MB in pages of 4 kB. By default
 * every second update of a megabyte would, and pages that are written again and again are brought home once.
 */
const LOG_PAGES = 4000

/** A PAP asks again within a minute. */
const KEPT_ANSWERS = 1000

export function openDatabase(file: string): StoreOperations {
  const database = connect(file)
  const prepare = createPrepare(database)
  return {
    load: (scope, epoch) => load(prepare, scope, epoch),
    write: (change) => inTransaction(database, () => write(prepare, change)),
    tell: (told) => inTransaction(database, () => tell(prepare, told)),
    ...updatesOf(prepare),
    ...recordsOf(prepare),
    ...answersOf(prepare),
    close: () => database.close(),
  }
}

/** The lock is held until the connection ends, however it ends: two gateways would fork the sequence. */
function connect(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: LOCK_TIMEOUT_MS })
  try {
    database.exec(
      `PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
       PRAGMA wal_autocheckpoint = ${LOG_PAGES}`,
    )
    database.exec('BEGIN IMMEDIATE; COMMIT')
    prepareSchema(database)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function inTransaction(database: DatabaseSync, task: () => void): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    task()
    database.exec('COMMIT')
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

function recordsOf(
  prepare: Prepare,
): Pick<StoreOperations, 'putReport' | 'removeReport' | 'reports' | 'putSetting' | 'setting'> {
  return {
    putReport(replica, status) {
      prepare('INSERT OR REPLACE INTO reports VALUES (?, ?)').run(replica, status)
    },
    removeReport(replica) {
      prepare('DELETE FROM reports WHERE replica = ?').run(replica)
    },
    reports: () =>
      new Map(
        prepare('SELECT replica, status FROM reports')
          .all()
          .map((row) => [String(row['replica']), String(row['status'])]),
      ),
    putSetting: (key, value) => putSetting(prepare, { key, value }),
    setting: (key) => setting(prepare, key),
  }
}

function answersOf(prepare: Prepare): Pick<StoreOperations, 'putAnswer' | 'answer'> {
  return {
    putAnswer(request, answer) {
      const { lastInsertRowid } = prepare(
        'INSERT OR REPLACE INTO answers (request, answer) VALUES (?, ?)',
      ).run(request, answer)
      prepare('DELETE FROM answers WHERE place <= ?').run(Number(lastInsertRowid) - KEPT_ANSWERS)
    },
    answer(request) {
      const row = prepare('SELECT answer FROM answers WHERE request = ?').get(request)
      return row && String(row['answer'])
    },
  }
}
