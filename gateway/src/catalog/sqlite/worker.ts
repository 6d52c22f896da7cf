import { parentPort, workerData } from 'node:worker_threads'

import type { StoreOperations } from './database.ts'
import { openDatabase } from './database.ts'

/** What the store asks of its worker, and what it answers; the answer numbered 0 says that the database is open. */
export interface StoreRequest {
  readonly number: number
  readonly operation: keyof StoreOperations
  readonly args: readonly unknown[]
}

export type StoreAnswer = { readonly number: number } & (
  | { readonly result: unknown }
  | { readonly error: string }
)

/** SQLite's code for a database that another connection holds. */
const SQLITE_BUSY = 5

function answer(number: number, task: () => unknown): void {
  parentPort?.postMessage(outcomeOf(number, task))
}

function outcomeOf(number: number, task: () => unknown): StoreAnswer {
  try {
    return { number, result: task() }
  } catch (error) {
    return { number, error: sentenceOf(error) }
  }
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const isBusy = 'errcode' in error && error.errcode === SQLITE_BUSY
  return isBusy ? 'another gateway process is using the database' : error.message
}

function serve(file: string): void {
  answer(0, () => {
    const operations = openDatabase(file)
    parentPort?.on('message', ({ number, operation, args }: StoreRequest) => {
      const run = operations[operation] as (...args: readonly unknown[]) => unknown
      answer(number, () => run(...args))
      if (operation === 'close') parentPort?.close()
    })
  })
}

serve(String(workerData))
