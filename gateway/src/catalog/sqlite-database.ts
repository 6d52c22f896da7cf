import { DatabaseSync } from 'node:sqlite'
import type { StatementSync } from 'node:sqlite'

import type { SignedEntry } from '@vedette/core/bundle/entry'
import type { PdpState } from '@vedette/core/bundle/head'

import { prepareSchema } from './sqlite-schema.ts'
import type { CatalogChange, CatalogStore, PendingCallback, StoredCatalog } from './store.ts'

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

export function openDatabase(file: string): StoreOperations {
  const database = connect(file)
  const prepare = prepared(database)
  return {
    load: (scope, epoch) => load(prepare, scope, epoch),
    write: (change) => inTransaction(database, () => write(prepare, change)),
    ...callbacksOf(prepare),
    ...recordsOf(prepare),
    close: () => database.close(),
  }
}

/** The lock is held until the connection ends, however it ends: two gateways would fork the sequence. */
function connect(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: LOCK_TIMEOUT_MS })
  try {
    database.exec(
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL',
    )
    database.exec('BEGIN IMMEDIATE; COMMIT')
    prepareSchema(database)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

type Prepare = (sql: string) => StatementSync
type Row = Readonly<Record<string, unknown>>

function prepared(database: DatabaseSync): Prepare {
  const statements = new Map<string, StatementSync>()
  return (sql) => {
    const statement = statements.get(sql) ?? database.prepare(sql)
    statements.set(sql, statement)
    return statement
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

function load(prepare: Prepare, scope: string, epoch: number): StoredCatalog {
  prepare(`INSERT INTO catalog VALUES (?, ?, 0, 0, 'PASSIVE') ON CONFLICT DO NOTHING`).run(
    scope,
    epoch,
  )
  const rows = (sql: string): readonly Row[] => prepare(sql).all(scope)
  const [catalog] = rows('SELECT * FROM catalog WHERE scope = ?')
  const [checkpoint] = rows('SELECT sequence, document FROM checkpoints WHERE scope = ?')
  return {
    epoch: Number(catalog?.['epoch']),
    sequence: Number(catalog?.['sequence']),
    issued: Number(catalog?.['issued']),
    state: String(catalog?.['state']) as PdpState,
    policies: rows('SELECT tosca FROM policies WHERE scope = ? ORDER BY place').map((row) =>
      String(row['tosca']),
    ),
    entries: rows('SELECT * FROM entries WHERE scope = ? ORDER BY sequence').map(entryOf),
    blobs: new Map(rows('SELECT digest, bytes FROM blobs WHERE scope = ?').map(blobOf)),
    checkpoint: checkpoint && {
      sequence: Number(checkpoint['sequence']),
      document: String(checkpoint['document']),
    },
  }
}

function entryOf(row: Row): SignedEntry {
  return {
    entry: JSON.parse(String(row['entry'])) as SignedEntry['entry'],
    statement: String(row['statement']),
    position: String(row['position']),
  }
}

function blobOf(row: Row): readonly [string, Uint8Array] {
  return [String(row['digest']), row['bytes'] as Uint8Array]
}

function write(prepare: Prepare, change: CatalogChange): void {
  const { scope, sequence, issued, state } = change
  prepare('UPDATE catalog SET sequence = ?, issued = ?, state = ? WHERE scope = ?').run(
    sequence,
    issued,
    state,
    scope,
  )
  writePolicies(prepare, change)
  writeSteps(prepare, change)
  forgetSteps(prepare, change)
  writeCheckpoint(prepare, change)
}

function writePolicies(prepare: Prepare, { scope, policies }: CatalogChange): void {
  for (const name of policies.removed) {
    prepare('DELETE FROM policies WHERE scope = ? AND name = ?').run(scope, name)
  }
  for (const { name, text } of policies.added) {
    prepare('INSERT INTO policies (scope, name, tosca) VALUES (?, ?, ?)').run(scope, name, text)
  }
}

function writeSteps(prepare: Prepare, { scope, entries, blobs }: CatalogChange): void {
  const insertEntry = prepare('INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)')
  for (const { entry, statement, position } of entries) {
    const { part, sequence } = entry
    insertEntry.run(position, scope, part, sequence, JSON.stringify(entry), statement)
  }
  const insertBlob = prepare('INSERT INTO blobs VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
  for (const [digest, bytes] of blobs) insertBlob.run(scope, digest, bytes)
}

function forgetSteps(prepare: Prepare, { scope, forget }: CatalogChange): void {
  for (const position of forget.positions) {
    prepare('DELETE FROM entries WHERE position = ?').run(position)
  }
  for (const digest of forget.blobs) {
    prepare('DELETE FROM blobs WHERE scope = ? AND digest = ?').run(scope, digest)
  }
}

function writeCheckpoint(prepare: Prepare, { scope, checkpoint }: CatalogChange): void {
  if (!checkpoint) return
  const { sequence, document } = checkpoint
  prepare('INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?)').run(scope, sequence, document)
}

function callbacksOf(
  prepare: Prepare,
): Pick<StoreOperations, 'addCallback' | 'callbacks' | 'removeCallback'> {
  return {
    addCallback({ id, url, request, attempts }) {
      prepare(
        `INSERT INTO callbacks (id, url, request, attempts) VALUES (?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET attempts = excluded.attempts`,
      ).run(id, url, request, attempts)
    },
    callbacks: () =>
      prepare('SELECT id, url, request, attempts FROM callbacks ORDER BY place')
        .all()
        .map((row) => ({ ...row }) as unknown as PendingCallback),
    removeCallback(id) {
      prepare('DELETE FROM callbacks WHERE id = ?').run(id)
    },
  }
}

function recordsOf(
  prepare: Prepare,
): Pick<StoreOperations, 'putReport' | 'reports' | 'putSetting' | 'setting'> {
  return {
    putReport(replica, status) {
      prepare('INSERT OR REPLACE INTO reports VALUES (?, ?)').run(replica, status)
    },
    reports: () =>
      new Map(
        prepare('SELECT replica, status FROM reports')
          .all()
          .map((row) => [String(row['replica']), String(row['status'])]),
      ),
    putSetting(key, value) {
      prepare('INSERT OR REPLACE INTO settings VALUES (?, ?)').run(key, value)
    },
    setting(key) {
      const row = prepare('SELECT value FROM settings WHERE key = ?').get(key)
      return row && String(row['value'])
    },
  }
}
