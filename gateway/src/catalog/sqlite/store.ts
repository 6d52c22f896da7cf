import { Worker } from 'node:worker_threads'

import { CatalogError } from '../catalog-error.ts'
import type { CatalogStore } from '../store.ts'
import type { StoreOperations } from './database.ts'
import type { StoreAnswer, StoreRequest } from './worker.ts'

/**
 * A store in one SQLite file, made when it is absent: WAL, every write synced to disk. SQLite works in a thread of
 * its own, so that a sync never holds up a decision. Fails with `ERR_STORAGE` when another process uses the file, or
 * a newer Vedette has written it.
 */
export async function openSqliteStore(file: string): Promise<CatalogStore> {
  const { opened, call } = startWorker(file)
  await opened
  return {
    load: (scope, epoch) => call('load', scope, epoch),
    write: (change) => call('write', change),
    tell: (told) => call('tell', told),
    update: (id) => call('update', id),
    openUpdates: () => call('openUpdates'),
    sequences: () => call('sequences'),
    callbacks: () => call('callbacks'),
    removeCallbacks: (ids) => call('removeCallbacks', ids),
    buryCallback: (letter) => call('buryCallback', letter),
    deadLetters: () => call('deadLetters'),
    reviveCallbacks: (ids) => call('reviveCallbacks', ids),
    putReport: (replica, status) => call('putReport', replica, status),
    removeReport: (replica) => call('removeReport', replica),
    reports: () => call('reports'),
    putSetting: (key, value) => call('putSetting', key, value),
    setting: (key) => call('setting', key),
    putAnswer: (request, answer) => call('putAnswer', request, answer),
    answer: (request) => call('answer', request),
    close: () => call('close'),
  }
}

interface Connection {
  readonly opened: Promise<void>
  readonly call: Call
}

type Call = <Name extends keyof StoreOperations>(
  operation: Name,
  ...args: Parameters<StoreOperations[Name]>
) => Promise<ReturnType<StoreOperations[Name]>>

function startWorker(file: string): Connection {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: file,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  const waiting = new Map<number, (answer: StoreAnswer) => void>()
  let end: string | undefined

  /** Which file it is, the operator is told at the start; later the PAP and who patches are told, whom it tells nothing. */
  function storageError(number: number, reason: string): CatalogError {
    return new CatalogError('ERR_STORAGE', number === 0 ? `${file}: ${reason}` : reason)
  }

  function answerTo<Result>(number: number): Promise<Result> {
    return new Promise((resolve, reject) => {
      waiting.set(number, (answer) => {
        if ('error' in answer) reject(storageError(number, answer.error))
        else resolve(answer.result as Result)
      })
    })
  }

  function settle(answer: StoreAnswer): void {
    waiting.get(answer.number)?.(answer)
    waiting.delete(answer.number)
  }

  function stop(reason: string): void {
    end ??= reason
    for (const number of waiting.keys()) settle({ number, error: end })
  }

  worker.on('message', settle)
  worker.on('error', (error) => stop(String(error)))
  worker.on('exit', () => stop('the database is closed'))

  let number = 0
  return {
    opened: answerTo(0),
    call(operation, ...args) {
      const request: StoreRequest = { number: ++number, operation, args }
      if (end !== undefined) return Promise.reject(storageError(request.number, end))
      worker.postMessage(request)
      return answerTo(request.number)
    },
  }
}
