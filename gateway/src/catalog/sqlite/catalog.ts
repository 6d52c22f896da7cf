import type { Part, SignedEntry } from '@vedette/core/bundle/entry'
import type { PdpState } from '@vedette/core/bundle/head'

import type { CatalogChange, Checkpoint, StoredCatalog } from '../store.ts'
import { putSetting } from './settings.ts'
import type { Prepare } from './statements.ts'
import { insertUpdate } from './updates.ts'

type Row = Readonly<Record<string, unknown>>

/** What is in force in a scope; one met for the first time is made. */
export function load(prepare: Prepare, scope: string, epoch: number): StoredCatalog {
  prepare(`INSERT INTO catalog VALUES (?, ?, 0, 0, 'PASSIVE') ON CONFLICT DO NOTHING`).run(
    scope,
    epoch,
  )
  const rows = (sql: string): readonly Row[] => prepare(sql).all(scope)
  const [catalog] = rows('SELECT * FROM catalog WHERE scope = ?')
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
    checkpoints: rows('SELECT * FROM checkpoints WHERE scope = ?').map(checkpointOf),
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

function checkpointOf(row: Row): Checkpoint {
  return {
    part: row['part'] as Part,
    sequence: Number(row['sequence']),
    content: String(row['content']),
  }
}

/** Everything a write changes; the caller makes it one transaction. */
export function write(prepare: Prepare, change: CatalogChange): void {
  const { scope, sequence, issued, state, update, setting } = change
  prepare('UPDATE catalog SET sequence = ?, issued = ?, state = ? WHERE scope = ?').run(
    sequence,
    issued,
    state,
    scope,
  )
  writePolicies(prepare, change)
  writeSteps(prepare, change)
  forgetSteps(prepare, change)
  writeCheckpoints(prepare, change)
  if (update) insertUpdate(prepare, update)
  if (setting) putSetting(prepare, setting)
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

function writeCheckpoints(prepare: Prepare, { scope, checkpoints }: CatalogChange): void {
  const insert = prepare('INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?)')
  for (const { part, sequence, content } of checkpoints) insert.run(scope, part, sequence, content)
}
