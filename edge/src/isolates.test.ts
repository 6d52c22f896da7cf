import { expect, test } from 'vitest'

import { callIsolate } from './isolates.ts'

/** As workerd was seen to do: what came first under an id stays, also when it was a failure. */
function createLoader(): WorkerLoader {
  const kept = new Map<string | null, Promise<WorkerLoaderWorkerCode>>()
  const get = (id: string | null, load: () => Promise<WorkerLoaderWorkerCode>) => {
    const code = kept.get(id) ?? load()
    kept.set(id, code)
    return { getEntrypoint: () => ({ main: async () => (await code).mainModule }) }
  }
  return { get } as unknown as WorkerLoader
}

const code = (mainModule: string) => ({ compatibilityDate: '2026-10-01', mainModule, modules: {} })
const mainOf = (isolate: unknown) => (isolate as { main(): Promise<string> }).main()

test('a program is loaded once', async () => {
  const loader = createLoader()
  for (const name of ['first', 'second']) {
    const runnable = { loader, program: 'once', load: () => Promise.resolve(code(name)) }
    expect(await callIsolate(runnable, mainOf)).toBe('first')
  }
})

test('a program whose content could not be had is loaded again by the next call', async () => {
  const loader = createLoader()
  const gone = () => Promise.reject(new Error('gone'))
  const calls = [1, 2].map(() => callIsolate({ loader, program: 'again', load: gone }, mainOf))
  for (const call of calls) await expect(call).rejects.toThrow('gone')
  const runnable = { loader, program: 'again', load: () => Promise.resolve(code('found')) }
  expect(await callIsolate(runnable, mainOf)).toBe('found')
})
