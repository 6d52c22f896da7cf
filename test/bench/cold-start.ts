import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual, promisify } from 'node:util'

import { bundleProcess } from './bundle.ts'
import { rounds } from './clock.ts'
import { compilePolicies, type CompiledPolicy } from './engines/policy.ts'
import { large, small } from './engines/rules.ts'
import type { Measurement, Result } from './measurement.ts'

const times = 15
const execute = promisify(execFile)

/** What one process said. */
interface Start {
  readonly importMs: number
  readonly firstMs: number
  readonly result: unknown
}

/** From a program's text, or wasm, and the data's text to the first result. */
export const coldStart: Measurement = {
  name: 'cold-start',
  title: `the first decision of a fresh process, ${times} times`,
  async run(kit) {
    const directory = await mkdtemp(join(tmpdir(), 'vedette-bench-'))
    try {
      await bundleProcess(new URL('cold-start.process.ts', import.meta.url), directory)
      const [first, second] = await compilePolicies([small, large], kit.say)
      if (!first || !second) throw new Error('a policy is missing')
      const ofSmall = await startsOf(first, directory)
      const ofLarge = await startsOf(second, directory)
      return [
        { ...row('import of the engine', ofSmall, ({ importMs }) => importMs) },
        { ...row('small, text → first result', ofSmall, ({ firstMs }) => firstMs), atMost: 6 },
        { ...row('large, text → first result', ofLarge, ({ firstMs }) => firstMs), atMost: 20 },
      ]
    } finally {
      await rm(directory, { recursive: true })
    }
  },
}

type Starts = readonly { readonly plan: Start; readonly wasm: Start }[]

async function startsOf(policy: CompiledPolicy, directory: string): Promise<Starts> {
  const file = (name: string): string => join(directory, name)
  await writeFile(file('data.json'), JSON.stringify(policy.data))
  await writeFile(file('plan'), policy.program)
  await writeFile(file('wasm'), policy.wasm)
  const input = JSON.stringify(policy.inputs[0])
  const start = async (name: string): Promise<Start> => {
    const options = [name, file(name), file('data.json'), policy.entrypoint, input]
    const { stdout } = await execute(process.execPath, [file('entry.mjs'), ...options])
    return JSON.parse(stdout) as Start
  }
  return rounds(times, 10, async () => {
    const both = { plan: await start('plan'), wasm: await start('wasm') }
    if (!isDeepStrictEqual(both.plan.result, both.wasm.result))
      throw new Error(`${policy.name}: the first answers differ`)
    return both
  })
}

function row(what: string, starts: Starts, ms: (start: Start) => number): Result {
  return {
    what: `cold start: ${what}`,
    unit: 'ms',
    samples: starts.map(({ plan }) => ms(plan)),
    baseline: { name: 'wasm engine', samples: starts.map(({ wasm }) => ms(wasm)) },
  }
}
