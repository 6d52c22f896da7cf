import type { ReplicaStorage, StorageChange } from './storage.ts'

/** A storage in memory that can fail, lose and spoil what it keeps. */
export class FaultyStorage implements ReplicaStorage {
  readonly kept = new Map<string, string | Uint8Array>()
  /** The next so many writes fail. */
  failures = 0

  load(): Promise<ReadonlyMap<string, string | Uint8Array>> {
    return Promise.resolve(new Map(this.kept))
  }

  write({ put, remove }: StorageChange): Promise<void> {
    if (this.failures > 0) {
      this.failures -= 1
      return Promise.reject(new Error('the disk is full'))
    }
    for (const key of remove) this.kept.delete(key)
    for (const [key, value] of put) this.kept.set(key, value)
    return Promise.resolve()
  }

  /** Holds exactly this. */
  fill(records: ReadonlyMap<string, string | Uint8Array>): void {
    this.kept.clear()
    for (const [key, value] of records) this.kept.set(key, value)
  }

  keys(prefix: string): readonly string[] {
    return [...this.kept.keys()].filter((key) => key.startsWith(prefix))
  }

  /** Changes one byte or character. */
  spoil(key: string, at: number): void {
    const value = this.kept.get(key)
    if (value === undefined) return
    const place = at % Math.max(1, value.length)
    if (typeof value === 'string') {
      const other = value[place] === 'x' ? 'y' : 'x'
      this.kept.set(key, value.slice(0, place) + other + value.slice(place + 1))
    } else {
      const bytes = Uint8Array.from(value)
      bytes[place] = (bytes[place] ?? 0) ^ 1
      this.kept.set(key, bytes)
    }
  }
}
