import type { DatabaseSync } from 'node:sqlite'

/** The oldest tables that can be brought up to date. */
const OLDEST = 2

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
  CREATE TABLE checkpoints (
    scope TEXT NOT NULL, part TEXT NOT NULL, sequence INTEGER NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY (scope, part)
  ) STRICT;
  CREATE TABLE callbacks (
    place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, url TEXT NOT NULL, request TEXT NOT NULL,
    attempts INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE reports (replica TEXT PRIMARY KEY, status TEXT NOT NULL) STRICT;
  CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`

/** What each version since brought; append one with every change of the tables, or of what the texts in them mean. */
const UPGRADES: readonly string[] = [
  `CREATE TABLE answers (
    place INTEGER PRIMARY KEY AUTOINCREMENT, request TEXT NOT NULL UNIQUE, answer TEXT NOT NULL
  ) STRICT;`,
  `CREATE TABLE updates (
    place INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, id TEXT NOT NULL, kind TEXT NOT NULL,
    revision TEXT, note TEXT NOT NULL, error TEXT NOT NULL, sequence INTEGER NOT NULL, told TEXT NOT NULL,
    open INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX updates_by_id ON updates (id);
  CREATE INDEX open_updates ON updates (place) WHERE open = 1;
  ALTER TABLE callbacks ADD COLUMN about TEXT NOT NULL DEFAULT '';
  ALTER TABLE callbacks ADD COLUMN error TEXT;
  ALTER TABLE callbacks ADD COLUMN ended INTEGER;
  CREATE INDEX dead_letters ON callbacks (place) WHERE error IS NOT NULL;`,
]

const VERSION = OLDEST + UPGRADES.length

/** Makes the tables of a new database, brings older ones up to date; refuses one that it cannot read. */
export function prepareSchema(database: DatabaseSync): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
  if (version === VERSION) return
  if (version !== 0 && (version < OLDEST || version > VERSION))
    throw new Error(writtenByAnother(version))
  const steps = version === 0 ? [TABLES, ...UPGRADES] : UPGRADES.slice(version - OLDEST)
  database.exec(`BEGIN IMMEDIATE; ${steps.join('\n')} PRAGMA user_version = ${VERSION}; COMMIT`)
}

function writtenByAnother(version: number): string {
  const [age, remedy] =
    version > VERSION
      ? ['a newer', 'use that one']
      : ['an older', 'begin with an empty directory, and let the PAP deploy its policies again']
  return `the database was written by ${age} Vedette (its tables are of version ${version}, this one knows ${VERSION}): ${remedy}`
}
