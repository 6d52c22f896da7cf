import type { Setting } from '../store.ts'
import type { Prepare } from './statements.ts'

export function putSetting(prepare: Prepare, { key, value }: Setting): void {
  prepare('INSERT OR REPLACE INTO settings VALUES (?, ?)').run(key, value)
}

export function setting(prepare: Prepare, key: string): string | undefined {
  const row = prepare('SELECT value FROM settings WHERE key = ?').get(key)
  return row && String(row['value'])
}
