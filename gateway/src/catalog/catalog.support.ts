import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Signer, Trust } from '@vedette/core/bundle/signature'
import { createSigner, createTrust } from '@vedette/core/bundle/signature'
import { exportJWK, generateKeyPair } from 'jose'

import type { PolicyUpdate } from '../pap/administration.ts'
import type { ToscaPolicy } from '../pap/tosca-policy.ts'
import type { Catalog, CatalogOptions, Failure, Publication } from './catalog.ts'
import { openCatalog } from './catalog.ts'
import { openSqliteStore } from './sqlite/store.ts'
import type { CompileError, Compiler, InspectedModule, RegoModule } from './units/compile.ts'

export interface TestKeys {
  readonly signer: Signer
  readonly trust: Trust
}

export async function createKeys(): Promise<TestKeys> {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  return {
    signer: await createSigner(await exportJWK(pair.privateKey)),
    trust: createTrust({ keys: [await exportJWK(pair.publicKey)] }),
  }
}

/** A directory of its own, and how to remove it. */
export async function temporaryDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'vedette-catalog-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

export interface OpenCatalog {
  readonly catalog: Catalog
  readonly published: readonly Publication[]
  readonly failures: readonly Failure[]
}

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** The catalogue over a real store, with whatever it published and failed at. */
export async function openIn(
  directory: string,
  options: Pick<CatalogOptions, 'signer'> & Partial<CatalogOptions>,
): Promise<OpenCatalog> {
  const store = options.store ?? (await openSqliteStore(join(directory, 'vedette.db')))
  const compiler = fakeCompiler()
  const tryOut = (): Promise<void> => Promise.resolve()
  const catalog = await openCatalog({ compiler, tryOut, log: quiet, ...options, store })
  const published: Publication[] = []
  const failures: Failure[] = []
  catalog.onPublished((publication) => void published.push(publication))
  catalog.onFailed((failure) => void failures.push(failure))
  return { catalog, published, failures }
}

export interface FakeCompiler extends Compiler {
  /** Own files of each unit compiled so far. */
  readonly compiled: readonly string[]
}

/**
 * Every package has a rule `f`. Understands five words: `broken` is an error on its line; `needs <package>` refers to
 * the `f` of another, and is an error without it; `reads <path>` refers to a slash path, and `sets <path>` is a rule
 * there; `heavy` makes its unit too much to compile, without a place.
 */
export function fakeCompiler(): FakeCompiler {
  const compiled: string[] = []
  return {
    compiled,
    plan(modules, own = modules.map(({ file }) => file)) {
      compiled.push(own.join(' '))
      const errors = modules.flatMap((module) => errorsIn(module, modules))
      if (errors.length > 0) return Promise.resolve({ errors })
      const names = own.map((file) => pathOf({ file }))
      const unit = { packages: names, entrypoints: names, functions: [], reads: [[]] }
      return Promise.resolve({ unit })
    },
    wasm(modules) {
      const sources = modules.map(({ source }) => source).join('\n---\n')
      return Promise.resolve({ wasm: new TextEncoder().encode(sources) })
    },
    inspect(modules) {
      const errors = modules.flatMap(brokenLinesIn)
      return Promise.resolve(errors.length > 0 ? { errors } : { modules: modules.map(inspected) })
    },
  }
}

function inspected(module: RegoModule): InspectedModule {
  const path = pathOf(module)
  const needed = argumentsOf('needs', module).map((name) => `${name.replaceAll('.', '/')}/f`)
  return {
    file: module.file,
    package: path,
    rules: [`${path}/f`, ...argumentsOf('sets', module)],
    functions: [],
    refs: [...needed, ...argumentsOf('reads', module)],
  }
}

function pathOf({ file }: Pick<RegoModule, 'file'>): string {
  return file.slice(0, -'.rego'.length).replaceAll('.', '/')
}

function argumentsOf(word: string, { source }: RegoModule): readonly string[] {
  return source.split('\n').flatMap((line) => line.match(new RegExp(`^${word} (.*)`))?.[1] ?? [])
}

function brokenLinesIn({ file, source }: RegoModule): readonly CompileError[] {
  const code = 'rego_parse_error'
  return source.split('\n').flatMap((line, index) => {
    if (line !== 'broken') return []
    return [{ file, row: index + 1, column: 1, code, message: 'unexpected token' }]
  })
}

function errorsIn(module: RegoModule, all: readonly RegoModule[]): readonly CompileError[] {
  const { file, source } = module
  const missing = source.split('\n').flatMap((line, index): readonly CompileError[] => {
    if (line === 'heavy')
      return [{ file: '', row: 0, column: 0, code: 'deadline', message: 'too slow' }]
    const needed = /^needs (.*)/.exec(line)?.[1]
    if (needed === undefined || all.some((other) => other.file === `${needed}.rego`)) return []
    const message = `undefined function data.${needed}.f`
    return [{ file, row: index + 1, column: 1, code: 'rego_type_error', message }]
  })
  return [...brokenLinesIn(module), ...missing]
}

export interface PolicyText {
  readonly version?: string
  /** Package → lines after its declaration; default: one package called as the policy. */
  readonly rego?: Readonly<Record<string, string>>
  /** Dotted path → JSON text. */
  readonly data?: Readonly<Record<string, string>>
  /** File name → Rego. */
  readonly tests?: Readonly<Record<string, string>>
  /** File name → JSON text. */
  readonly examples?: Readonly<Record<string, string>>
}

/** A policy as the PAP sends it. */
export function tosca(
  name: string,
  { version = '1.0.0', rego, data = {}, tests, examples }: PolicyText = {},
): ToscaPolicy {
  const sources = Object.entries(rego ?? { [name]: `allow if true # ${version}` }).map(
    ([key, lines]) => [key, base64(`package ${key}\n${lines}`)] as const,
  )
  return {
    type: 'onap.policies.native.opa',
    type_version: '1.0.0',
    name,
    version,
    properties: {
      data: encoded(data),
      policy: Object.fromEntries(sources),
      ...(tests && { tests: encoded(tests) }),
      ...(examples && { examples: encoded(examples) }),
    },
    metadata: { 'policy-id': name, 'policy-version': version },
  }
}

function encoded(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, base64(text)]))
}

export function update(change: Partial<PolicyUpdate>): PolicyUpdate {
  return { deploy: [], undeploy: [], full: false, ...change }
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
