import type { ReplicaStorage } from '@vedette/core/replica/storage'

/** A row of a Durable Object holds 2 MB; local workerd does not enforce it, so it is kept here. */
const chunkBytes = 1024 * 1024

type Row = {
  readonly key: string
  readonly chunk: number
  readonly is_text: number
  readonly bytes: ArrayBuffer
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Keeps a replica in a Durable Object's SQLite; long values lie in several rows. */
export function createSqlStorage(database: SqlDatabase): ReplicaStorage {
  const { sql } = database
  sql.exec(`CREATE TABLE IF NOT EXISTS kept (
    key TEXT NOT NULL, chunk INTEGER NOT NULL, is_text INTEGER NOT NULL, bytes BLOB NOT NULL,
    PRIMARY KEY (key, chunk)) WITHOUT ROWID`)
  /** Keys of values that lay in several rows: another value may leave some of them behind. */
  const long = new Set<string>()

  function put(key: string, value: string | Uint8Array): void {
    const isText = typeof value === 'string'
    const chunks = chunksOf(isText ? encoder.encode(value) : value)
    chunks.forEach((chunk, index) =>
      sql.exec(
        'INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)',
        key,
        index,
        Number(isText),
        chunk,
      ),
    )
    if (long.has(key)) sql.exec('DELETE FROM kept WHERE key = ? AND chunk >= ?', key, chunks.length)
    if (chunks.length > 1) long.add(key)
  }

  return {
    async load() {
      const rows = [
        ...sql.exec<Row>('SELECT key, chunk, is_text, bytes FROM kept ORDER BY key, chunk'),
      ]
      for (const { key, chunk } of rows) if (chunk > 0) long.add(key)
      return valuesOf(rows)
    },
    async write(change) {
      database.transactionSync(() => {
        for (const key of change.remove) sql.exec('DELETE FROM kept WHERE key = ?', key)
        for (const [key, value] of change.put) put(key, value)
      })
    },
  }
}

/** The part of `ctx.storage` that is used here. */
export interface SqlDatabase {
  readonly sql: Pick<SqlStorage, 'exec'>
  transactionSync<T>(closure: () => T): T
}

function chunksOf(bytes: Uint8Array): readonly Uint8Array[] {
  if (bytes.length <= chunkBytes) return [bytes]
  const count = Math.ceil(bytes.length / chunkBytes)
  return Array.from({ length: count }, (_, index) =>
    bytes.slice(index * chunkBytes, (index + 1) * chunkBytes),
  )
}

function valuesOf(rows: readonly Row[]): ReadonlyMap<string, string | Uint8Array> {
  return new Map(
    [...Map.groupBy(rows, (row) => row.key)].map(([key, chunks]) => {
      const bytes = joined(chunks.map((row) => new Uint8Array(row.bytes)))
      return [key, chunks[0]?.is_text ? decoder.decode(bytes) : bytes]
    }),
  )
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0))
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.length
  }
  return whole
}
