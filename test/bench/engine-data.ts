import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import type { JsonObject } from '@vedette/core/json/json'

import { bundleProcess } from './bundle.ts'
import { compilePolicies, type CompiledPolicy } from './engines/policy.ts'
import type { Measurement, Result } from './measurement.ts'

const users = 100_000
const patches = 1_000_000
const execute = promisify(execFile)

/** What one process said: megabytes of the data, loaded and after all patches; microseconds of each hundred patches. */
interface Story {
  readonly dataMb: number
  readonly patchedMb: number
  readonly samples: readonly number[]
  readonly right: boolean
}

export const engineData: Measurement = {
  name: 'engine-data',
  title: `10 MB of data, patched ${patches} times`,
  async run(kit) {
    const data = {
      users: Object.fromEntries(Array.from({ length: users }, (_, i) => [`user${i}`, userOf(i)])),
    }
    const source = 'package held\n\nroles := data.users[input.user].roles\n'
    const [policy] = await compilePolicies(
      [
        {
          name: 'held',
          entrypoint: 'held/roles',
          modules: [{ file: 'held.rego', source }],
          data,
          inputs: [],
        },
      ],
      kit.say,
    )
    if (!policy) throw new Error('the policy is missing')
    return measure(policy)
  },
}

async function measure(policy: CompiledPolicy): Promise<readonly Result[]> {
  const directory = await mkdtemp(join(tmpdir(), 'vedette-bench-'))
  try {
    await bundleProcess(new URL('engine-data.process.ts', import.meta.url), directory)
    const text = JSON.stringify(policy.data)
    await writeFile(join(directory, 'data.json'), text)
    const plan = await storyOf('plan', policy.program, { directory, policy })
    const wasm = await storyOf('wasm', policy.wasm, { directory, policy })
    const itsText = { name: 'its text', samples: [text.length / 1e6] }
    return [
      {
        ...memory('plan: 10 MB of data', plan.dataMb),
        baseline: itsText,
        atMost: { times: 3.2 },
      },
      { ...flat('plan', plan), atMost: 'baseline' },
      { ...patch('plan', plan), baseline: { name: 'wasm', samples: wasm.samples }, atMost: 2 },
      {
        ...memory('wasm: 10 MB of data', wasm.dataMb),
        baseline: itsText,
      },
      { ...flat('wasm', wasm), atMost: 'baseline' },
      { ...patch('wasm', wasm), baseline: { name: 'plan', samples: plan.samples }, atMost: 10 },
    ]
  } finally {
    await rm(directory, { recursive: true })
  }
}

async function storyOf(
  name: string,
  code: string | Uint8Array,
  { directory, policy }: { directory: string; policy: CompiledPolicy },
): Promise<Story> {
  const file = (each: string): string => join(directory, each)
  await writeFile(file(name), code)
  const numbers = [users, patches].map(String)
  const options = [name, file(name), file('data.json'), policy.entrypoint, ...numbers]
  const { stdout } = await execute(
    process.execPath,
    ['--expose-gc', file('entry.mjs'), ...options],
    { maxBuffer: 16_000_000 },
  )
  const story = JSON.parse(stdout) as Story
  if (!story.right) throw new Error(`${name}: what was patched is not what is answered`)
  return story
}

function memory(what: string, mb: number): Omit<Result, 'baseline'> {
  return { what, unit: 'MB', samples: [mb] }
}

function flat(name: string, { dataMb, patchedMb }: Story): Result {
  const baseline = { name: 'before', samples: [dataMb] }
  return { ...memory(`${name}: data after a million patches`, patchedMb), baseline }
}

function patch(name: string, { samples }: Story): Omit<Result, 'baseline'> {
  return { what: `${name}: a patch of 10 MB`, unit: 'µs', samples }
}

/** About 100 bytes of text. */
function userOf(i: number): JsonObject {
  const roles = [`role${i % 100}`, `role${(i * 7) % 100}`]
  return { name: `Somebody Number ${i}`, roles, department: `department ${i % 50}` }
}
