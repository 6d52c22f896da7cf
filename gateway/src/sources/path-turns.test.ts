import { expect, test } from 'vitest'

import { createPathTurns } from './path-turns.ts'

const open = () => {
  const turns = createPathTurns()
  const ended: string[] = []
  const run = (path: string, until: Promise<unknown> = Promise.resolve()): Promise<void> =>
    turns.run([path.split('/').slice(1)], async () => {
      await until
      ended.push(path)
    })
  return { run, ended }
}

test.for([
  ['/a', '/a'],
  ['/a', '/a/b'],
  ['/a/b', '/a'],
  ['', '/a/b'],
] as const)('a task at %j is waited for at %j', async ([first, second]) => {
  const { run, ended } = open()
  const gate = Promise.withResolvers<void>()
  const last = run(first, gate.promise)
  const next = run(second)
  const elsewhere = first === '' ? undefined : run('/elsewhere')
  await elsewhere
  expect(ended).toEqual(elsewhere ? ['/elsewhere'] : [])
  gate.resolve()
  await Promise.all([last, next])
  expect(ended.slice(-2)).toEqual([first, second])
})

test('/users and /user are two places', async () => {
  const { run, ended } = open()
  void run('/users', new Promise(() => undefined))
  await run('/user')
  expect(ended).toEqual(['/user'])
})

test('a task that fails holds up nobody', async () => {
  const { run, ended } = open()
  const failing = run('/a', Promise.reject(new Error('no')))
  const next = run('/a')
  await expect(failing).rejects.toThrow('no')
  await next
  expect(ended).toEqual(['/a'])
})
