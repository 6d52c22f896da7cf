import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Head } from '@vedette/core/bundle/head'
import { emptyManifest } from '@vedette/core/bundle/manifest'
import { patchManifest } from '@vedette/core/bundle/manifest-patch'
import { capabilities } from '@vedette/core/evaluator/builtins/capabilities'
import type { Json } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'
import { sourceOfValue } from '@vedette/core/json/source'
import { stringifyJson } from '@vedette/core/json/stringify'
import { createLocalEvaluator } from '@vedette/core/replica/local-evaluator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { emptyDocument } from '../gateway/src/catalog/data/document.ts'
import { manifestSteps } from '../gateway/src/catalog/manifest.ts'
import { deploy } from '../gateway/src/catalog/policies/deploy.ts'
import type { RegoModule } from '../gateway/src/catalog/units/compile.ts'
import { contentOfUnits, unitFrom } from '../gateway/src/catalog/units/units.ts'
import type { Deployed } from '../gateway/src/catalog/units/workshop.ts'
import { createWorkshop } from '../gateway/src/catalog/units/workshop.ts'
import { ensureHelper } from '../gateway/src/compiler/build.ts'
import type { WarmCompiler } from '../gateway/src/compiler/compiler.ts'
import { createCompiler } from '../gateway/src/compiler/compiler.ts'
import type { Oracle } from '../gateway/src/compiler/oracle.support.ts'
import { createOracle } from '../gateway/src/compiler/oracle.support.ts'
import { createInventory } from '../gateway/src/local-pap/inventory.ts'
import { readPolicyDirectory } from '../gateway/src/local-pap/policy-directory.ts'

/** The sample policies, taken by the local PAP and deployed as at a gateway: Go OPA and our wasm engine must agree. */
const root = join(import.meta.dirname, '../policies')
const folders = await readPolicyDirectory(root)

interface Example {
  readonly entrypoint: string
  /** Absent: no input. */
  readonly input?: Json
  /** Absent: undefined. */
  readonly result?: Json
}
type Ask = (entrypoint: string, input?: Json) => Promise<Json | undefined>

const nothing: Deployed = { policies: [], document: emptyDocument, units: new Map() }

let compiler: WarmCompiler
let oracle: Oracle
let deployed: Deployed

beforeAll(async () => {
  const helperPath = await ensureHelper()
  compiler = createCompiler({ helperPath, builtins: capabilities })
  oracle = createOracle(helperPath)
  const policies = createInventory((path, reason) => expect.unreachable(`${path}: ${reason}`))
  const update = { deploy: policies(folders), undeploy: [], full: true }
  const { next, outcome } = await deploy(nothing, update, { workshop: createWorkshop(compiler) })
  if (!next || outcome.deployErrors.length > 0) throw new Error(outcome.deployErrors.join('\n'))
  deployed = next
})
afterAll(() => Promise.all([compiler?.close(), oracle?.close()]))

const filesIn = async (...path: readonly string[]): Promise<readonly string[]> =>
  (await readdir(join(root, ...path))).toSorted()

const modulesOf = ({ policies }: Deployed) => policies.flatMap(({ modules }) => modules)

/** How Go OPA decides. */
function natively(modules: readonly RegoModule[]): Ask {
  const data = stringifyJson(deployed.document)
  return (entrypoint, input) => {
    const query = ['data', ...entrypoint.split('/')].join('.')
    const asked = { modules, query, data }
    return oracle.evaluate(input === undefined ? asked : { ...asked, input: stringifyJson(input) })
  }
}

/** How replicas decide. */
async function inWasm(program: Deployed): Promise<Ask> {
  const blobs = contentOfUnits(program.units)
  const evaluator = createLocalEvaluator()
  await evaluator.activate({
    head,
    manifest: patchManifest(emptyManifest, manifestSteps(nothing, program)),
    document: program.document,
    blob: (digest) => blobs.get(digest) ?? expect.unreachable(`no content ${digest}`),
  })
  return async (entrypoint, input) => {
    const source = input === undefined ? undefined : sourceOfValue(input)
    return evaluator.decide(entrypoint.split('/'), source, head.issued).result
  }
}

const head: Head = {
  scope: 'default',
  epoch: 1,
  sequence: 1,
  issued: 1,
  maxAgeMs: 1,
  whenOlder: 'deny',
  state: 'ACTIVE',
  parts: {},
}

async function bothAnswer(asks: readonly Ask[], { entrypoint, input, result }: Example) {
  const answers = await Promise.all(asks.map((ask) => ask(entrypoint, input)))
  expect({ entrypoint, answers }).toEqual({ entrypoint, answers: [result, result] })
}

test('there are samples', () => {
  expect(folders.map(({ path }) => path)).toEqual(['documents', 'ocis', 'orders'])
})

describe.each(folders)('$path', async ({ path }) => {
  const tests = (await filesIn(path)).filter((name) => name.endsWith('_test.rego'))
  const examples = await filesIn(path, 'examples')

  test('has tests and examples', () => {
    expect(tests).not.toEqual([])
    expect(examples).not.toEqual([])
  })

  test.each(tests)('%s passes', async (file) => {
    const source = await readFile(join(root, path, file), 'utf8')
    const modules = [...modulesOf(deployed), { file, source }]
    const compiled = await compiler.compile(modules)
    if ('errors' in compiled) expect.unreachable(JSON.stringify(compiled.errors))
    const entrypoints = compiled.unit.entrypoints.filter((name) => /\/test_\w+$/.test(name))
    expect(entrypoints).toHaveLength(source.match(/^test_\w+/gm)?.length ?? NaN)
    const units = new Map([['tests', unitFrom('tests', compiled.unit)]])
    const asks = [natively(modules), await inWasm({ ...deployed, units })]
    for (const entrypoint of entrypoints) await bothAnswer(asks, { entrypoint, result: true })
  })

  test.each(examples)('examples/%s', async (file) => {
    const text = await readFile(join(root, path, 'examples', file), 'utf8')
    const example = parseJson(text) as unknown as Example
    await bothAnswer([natively(modulesOf(deployed)), await inWasm(deployed)], example)
  })
})
