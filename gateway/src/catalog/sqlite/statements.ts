import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** A statement prepared once, however often it is asked for. */
export type Prepare = (sql: string) => StatementSync

export function createPrepare(database: DatabaseSync): Prepare {
  const statements = new Map<string, StatementSync>()
  return (sql) => {
    const statement = statements.get(sql) ?? database.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
}
