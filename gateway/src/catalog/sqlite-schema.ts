import type { DatabaseSync } from 'node:sqlite'

/** Raise it with every change of the tables, and lead the older ones here. */
const VERSION = 1

const TABLES = `
  CREATE TABLE catalog (
    scope TEXT PRIMARY KEY, epoch INTEGER NOT NULL, sequence INTEGER NOT NULL, issued INTEGER NOT NULL,
    state TEXT NOT NULL
  ) STRICT;
  CREATE TABLE policies (
    place INTEGER PRIMARY KEY AUTOINCREMENT, scope TEXT NOT NULL, name TEXT NOT NULL, tosca TEXT NOT NULL,
    UNIQUE (scope, name)
  ) STRICT;
  CREATE TABLE entries (
    position TEXT PRIMARY KEY, scope TEXT NOT NULL, part TEXT NOT NULL, sequence INTEGER NOT NULL,
    entry TEXT NOT NULL, statement TEXT NOT NULL
  ) STRICT;
  CREATE TABLE blobs (
    scope TEXT NOT NULL, digest TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (scope, digest)
  ) STRICT;
  CREATE TABLE checkpoints (scope TEXT PRIMARY KEY, sequence INTEGER NOT NULL, document TEXT NOT NULL) STRICT;
  CREATE TABLE callbacks (
    place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, url TEXT NOT NULL, request TEXT NOT NULL,
    attempts INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE reports (replica TEXT PRIMARY KEY, status TEXT NOT NULL) STRICT;
  CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  PRAGMA user_version = ${VERSION};
`

/** Makes the tables of a new database; refuses one that a newer Vedette has written. */
export function prepareSchema(database: DatabaseSync): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
  if (version > VERSION) {
    throw new Error(
      `the database was written by a newer Vedette (its tables are of version ${version}, this one knows ${VERSION})`,
    )
  }
  if (version === 0) database.exec(`BEGIN IMMEDIATE; ${TABLES} COMMIT`)
}
