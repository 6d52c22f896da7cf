import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

import { createKeys, openIn, temporaryDirectory } from './catalog.support.ts'

const fixture = fileURLToPath(new URL('./crash.fixture.ts', import.meta.url))

/** Kills the writer right after it told of this many rounds, and answers with the last line that got out. */
async function killAfter(rounds: number, directory: string): Promise<string> {
  const child = spawn(process.execPath, [fixture, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let [last, told] = ['', 0]
  for await (const line of createInterface({ input: child.stdout })) {
    last = line
    if (++told === rounds) child.kill('SIGKILL')
  }
  if (child.signalCode === null) await once(child, 'exit')
  expect(child.signalCode).toBe('SIGKILL')
  return last
}

test.each([1, 7, 20])(
  'after SIGKILL in round %i nothing acknowledged is missing',
  async (rounds) => {
    await using directory = await temporaryDirectory()
    const [done, sequence] = (await killAfter(rounds, directory.path)).split(' ').map(Number)
    const { catalog } = await openIn(directory.path, await createKeys())
    const names = catalog.policies().map(({ name }) => name)
    const expected = Array.from({ length: done ?? 0 }, (_, index) => index + 1)
    expect(names.slice(0, done)).toEqual(expected.map((n) => `p${n}`))
    expect(catalog.document()).toMatchObject({
      node: Object.fromEntries(expected.map((n) => [`p${n}`, { x: n }])),
    })
    expect(catalog.head()?.head.sequence).toBeGreaterThanOrEqual(sequence ?? Number.NaN)
    await catalog.setState('TERMINATED')
    await catalog.close()
  },
  30_000,
)
