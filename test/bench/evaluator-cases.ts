import { readFile, readdir } from 'node:fs/promises'

import { capabilities } from '@vedette/core/evaluator/builtins/capabilities'

import { ensureHelper } from '../../gateway/src/compiler/build.ts'
import type { WarmCompiler } from '../../gateway/src/compiler/compiler.ts'
import { createCompiler } from '../../gateway/src/compiler/compiler.ts'
import type { BuiltUnit } from '../../gateway/src/compiler/unit.ts'

/** A question to a policy: everything as the text it comes as. */
export interface Case {
  readonly entrypoint: string
  readonly label: string
  readonly wasm: Uint8Array
  readonly data: string
  readonly input: string
}

const repository = new URL('../../', import.meta.url)
const fixtures = new URL('core/src/evaluator/fixtures/', repository)

export async function readCases(say: (line: string) => void): Promise<readonly Case[]> {
  return [...(await fixtureCases()), ...(await sampleCases(say))]
}

async function fixtureCases(): Promise<readonly Case[]> {
  const [rbac, shapes] = await Promise.all(
    ['rbac', 'shapes'].map((name) => readFile(new URL(`${name}.wasm`, fixtures))),
  )
  if (!rbac || !shapes) throw new Error('the fixtures are not there')
  const data = JSON.stringify({ node: organisation(1_000, 100) })
  const input = JSON.stringify({
    user: 'user7',
    action: 'read',
    resource: { path: '/docs/7/x', owner: 'user8' },
  })
  const list = JSON.stringify({
    list: Array.from({ length: 500 }, (_, i) => ({ id: i, name: `entry ${i}`, tags: ['a', 'b'] })),
  })
  const common = { wasm: rbac, data, input }
  return [
    { ...common, entrypoint: 'authz/allow', label: '1,000 users' },
    { ...common, entrypoint: 'authz/decision', label: 'an object' },
    { ...common, entrypoint: 'authz/list', label: '1,000 strings out' },
    {
      wasm: shapes,
      data: '{}',
      input: '{"user":"alice"}',
      entrypoint: 'shapes/allow',
      label: 'nothing to do',
    },
    {
      wasm: shapes,
      data: '{}',
      input: list,
      entrypoint: 'shapes/echo',
      label: `${list.length} bytes in and out`,
    },
    {
      wasm: shapes,
      data: '{}',
      input: list,
      entrypoint: 'shapes/has_input',
      label: `${list.length} bytes in`,
    },
  ]
}

/** `policies/`, with the questions of their examples. */
async function sampleCases(say: (line: string) => void): Promise<readonly Case[]> {
  const names = await readdir(new URL('policies/', repository))
  const samples = await readSamples(names, say)
  return samples.flatMap(({ unit, data, examples }) =>
    examples.map((example) => ({ wasm: unit.wasm, data, ...example })),
  )
}

/** A folder of `policies/`, compiled. */
export interface Sample {
  readonly unit: BuiltUnit
  readonly data: string
  readonly examples: readonly Pick<Case, 'entrypoint' | 'label' | 'input'>[]
}

export async function readSamples(
  names: readonly string[],
  say: (line: string) => void,
): Promise<readonly Sample[]> {
  const helperPath = await ensureHelper({ onProgress: say })
  const compiler = createCompiler({ helperPath, builtins: capabilities })
  try {
    return await Promise.all(names.map((name) => readSample(name, compiler)))
  } finally {
    await compiler.close()
  }
}

async function readSample(name: string, compiler: WarmCompiler): Promise<Sample> {
  const folder = new URL(`policies/${name}/`, repository)
  const files = (await readdir(folder, { recursive: true })).toSorted()
  const read = (file: string): Promise<string> => readFile(new URL(file, folder), 'utf8')
  const rego = files.filter((file) => file.endsWith('.rego') && !file.endsWith('_test.rego'))
  const modules = rego.map(async (file) => ({ file, source: await read(file) }))
  const result = await compiler.compile(await Promise.all(modules))
  if ('errors' in result) throw new Error(JSON.stringify(result.errors))
  const data = JSON.stringify({ node: { [name]: JSON.parse(await read('data.json')) as unknown } })
  const examples = files
    .filter((file) => file.startsWith('examples/') && file.endsWith('.json'))
    .map(async (file) => {
      const { entrypoint, input } = JSON.parse(await read(file)) as Example
      const label = file.replace(/^examples\/|\.json$/g, '')
      return { entrypoint, label, input: JSON.stringify(input ?? {}) }
    })
  return { unit: result.unit, data, examples: await Promise.all(examples) }
}

interface Example {
  readonly entrypoint: string
  readonly input?: unknown
}

function organisation(users: number, roles: number): object {
  const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)
  const permissions = numbers(20).map((i) => ({ action: 'read', prefix: `/docs/${i}/` }))
  return {
    users: Object.fromEntries(
      numbers(users).map((i) => [`user${i}`, { roles: [`role${i % roles}`] }]),
    ),
    roles: Object.fromEntries(numbers(roles).map((i) => [`role${i}`, { permissions }])),
  }
}
