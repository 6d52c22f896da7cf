import type {
  PendingCallback,
  Told,
  UpdateName,
  UpdateRecord,
  UpdateStore,
} from '../update-store.ts'
import type { StoreOperations } from './database.ts'
import type { Prepare } from './statements.ts'

type Row = Readonly<Record<string, unknown>>

const KEPT_UPDATES = 20_000
const KEPT_DEAD_LETTERS = 10_000

const record = 'key, id, kind, revision, note, error, sequence, told, open'
const pending = 'id, url, request, about'

/** Keeps an update that is published by the transaction it is part of. */
export function insertUpdate(prepare: Prepare, update: UpdateName): void {
  putUpdate(prepare, {
    ...update,
    revision: update.key,
    error: '',
    sequence: 0,
    told: '',
    isOpen: true,
  })
}

function putUpdate(prepare: Prepare, update: UpdateRecord): void {
  const { key, id, kind, revision, note, error, sequence, told, isOpen } = update
  prepare(
    `INSERT INTO updates (${record}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE
     SET sequence = excluded.sequence, told = excluded.told, open = excluded.open`,
  ).run(key, id, kind, revision, note, error, sequence, told, Number(isOpen))
}

/** The caller makes it one transaction. */
export function tell(prepare: Prepare, { updates, callbacks }: Told): void {
  for (const update of updates) putUpdate(prepare, update)
  const insert = prepare(`INSERT INTO callbacks (${pending}, attempts) VALUES (?, ?, ?, ?, 0)`)
  for (const { id, url, request, about } of callbacks) insert.run(id, url, request, about)
  prepare('DELETE FROM updates WHERE place <= (SELECT max(place) FROM updates) - ?').run(
    KEPT_UPDATES,
  )
}

/** What changes one row, or none: the rest of the store's part for updates. */
export function updatesOf(
  prepare: Prepare,
): Pick<StoreOperations, Exclude<keyof UpdateStore, 'tell'>> {
  const rows = (sql: string, ...values: readonly (string | number)[]): readonly Row[] =>
    prepare(sql).all(...values)
  return {
    update(id) {
      const [row] = rows(
        `SELECT ${record} FROM updates WHERE id = ? ORDER BY place DESC LIMIT 1`,
        id,
      )
      return row && recordOf(row)
    },
    openUpdates: () =>
      rows(`SELECT ${record} FROM updates WHERE open = 1 ORDER BY place`).map(recordOf),
    sequences: () =>
      new Map(
        rows('SELECT id, max(sequence) AS last FROM updates GROUP BY id ORDER BY max(place)').map(
          (row) => [String(row['id']), Number(row['last'])],
        ),
      ),
    callbacks: () =>
      rows(`SELECT ${pending} FROM callbacks WHERE error IS NULL ORDER BY place`).map(callbackOf),
    removeCallbacks(ids) {
      prepare('DELETE FROM callbacks WHERE id IN (SELECT value FROM json_each(?))').run(
        JSON.stringify(ids),
      )
    },
    buryCallback({ id, attempts, error, at }) {
      prepare('UPDATE callbacks SET attempts = ?, error = ?, ended = ? WHERE id = ?').run(
        attempts,
        error,
        at,
        id,
      )
      prepare(
        `DELETE FROM callbacks WHERE error IS NOT NULL AND place <= (SELECT place FROM callbacks
         WHERE error IS NOT NULL ORDER BY place DESC LIMIT 1 OFFSET ?)`,
      ).run(KEPT_DEAD_LETTERS)
    },
    deadLetters: () =>
      rows(
        `SELECT id, url, about, attempts, error, ended AS at FROM callbacks WHERE error IS NOT NULL
         ORDER BY place`,
      ).map((row) => ({ ...row }) as unknown as ReturnType<StoreOperations['deadLetters']>[number]),
    reviveCallbacks: (ids) =>
      rows(
        `UPDATE callbacks SET error = NULL, ended = NULL, attempts = 0
         WHERE error IS NOT NULL AND id IN (SELECT value FROM json_each(?)) RETURNING ${pending}`,
        JSON.stringify(ids),
      ).map(callbackOf),
  }
}

function recordOf({ open, ...row }: Row): UpdateRecord {
  return { ...row, isOpen: open === 1 } as UpdateRecord
}

function callbackOf(row: Row): PendingCallback {
  return { ...row } as unknown as PendingCallback
}
