import { programVersion } from '@vedette/core/evaluator/plan/program'
import { expect, test } from 'vitest'

import type { PolicyUpdate } from '../../pap/administration.ts'
import type { FakeCompiler, PolicyText } from '../catalog.support.ts'
import { fakeCompiler, tosca, update } from '../catalog.support.ts'
import { emptyDocument } from '../data/document.ts'
import { deploy } from '../policies/deploy.ts'
import type { Deployed, Workshop } from './workshop.ts'
import { createWorkshop } from './workshop.ts'

const nothing: Deployed = { policies: [], document: emptyDocument, units: new Map() }

/** One life of a gateway, with what it compiled. */
class Life {
  readonly compiler: FakeCompiler = fakeCompiler()
  current: Deployed
  readonly #workshop: Workshop

  constructor(current = nothing) {
    this.current = current
    this.#workshop = createWorkshop(this.compiler)
  }

  /** Names of the policies whose units were compiled for it. */
  async apply(change: Partial<PolicyUpdate>): Promise<readonly string[]> {
    const before = this.compiler.compiled.length
    const { next, outcome } = await deploy(this.current, update(change), {
      workshop: this.#workshop,
    })
    expect(outcome.deployErrors).toEqual([])
    this.current = next ?? this.current
    return this.compiler.compiled.slice(before).map((files) => files.slice(0, -'.rego'.length))
  }

  unitOf(name: string): string {
    const { unit, blobs } = this.current.units.get(name) ?? {}
    return Buffer.from(blobs?.get(unit?.wasm ?? '') ?? []).toString()
  }
}

function policy(name: string, lines: string, version = '1.0.0'): ReturnType<typeof tosca> {
  const text: PolicyText = { version, rego: { [name]: `${lines}\n# ${version}` } }
  return tosca(name, text)
}

const library = policy('lib', '')
const reader = policy('reader', 'reads lib/f')
const far = policy('far', 'needs reader')
const other = policy('other', 'reads node/other')

test('a unit has what its policy reaches, however far', async () => {
  const life = new Life()
  expect(await life.apply({ deploy: [far, reader, library, other] })).toEqual([
    'far',
    'reader',
    'lib',
    'other',
  ])
  expect(life.unitOf('far')).toMatch(/package far[^]*package reader[^]*package lib/)
  expect(life.unitOf('lib')).not.toMatch(/reader|far|other/)
  expect(life.unitOf('other')).not.toMatch(/reader|far|lib/)
})

test('a new version recompiles its dependants and nobody else', async () => {
  const life = new Life()
  await life.apply({ deploy: [far, reader, library, other] })
  expect(await life.apply({ deploy: [policy('lib', '', '2.0.0')] })).toEqual([
    'far',
    'reader',
    'lib',
  ])
  expect(life.unitOf('far')).toContain('# 2.0.0')
  expect(await life.apply({ deploy: [policy('far', 'needs reader', '2.0.0')] })).toEqual(['far'])
})

test('what comes and goes is compiled into those who look for it', async () => {
  const life = new Life()
  await life.apply({ deploy: [reader, other] })
  expect(await life.apply({ deploy: [library] })).toEqual(['reader', 'lib'])
  const undeploy = [{ name: 'lib', version: '1.0.0' }]
  expect(await life.apply({ undeploy })).toEqual(['reader'])
  expect(life.unitOf('reader')).not.toContain('package lib')
})

test.each([
  ['all of data', 'reads ', 'lib.far', true],
  ['a parent of the package', 'reads lib', 'lib.far', true],
  ['the package', 'reads lib/far', 'lib.far', true],
  ['the rule', 'reads lib/far/f', 'lib.far', true],
  ['something in the value of the rule', 'reads lib/far/f/x/y', 'lib.far', true],
  ['another rule', 'reads lib/far/other', 'lib.far', false],
  ['a package that is called alike', 'reads lib/fa', 'lib.far', false],
  ['data', 'reads node/lib/far', 'lib.far', false],
])('of a policy that reads %s', async (_, lines, name, isReached) => {
  const life = new Life()
  await life.apply({ deploy: [policy('reader', lines)] })
  const compiled = await life.apply({ deploy: [policy(name, '')] })
  expect(compiled).toEqual(isReached ? ['reader', name] : [name])
})

test.each([
  ['at the package of the other', 'sets other', true],
  ['at a rule of the other', 'sets other/f', true],
  ['below a rule of the other', 'sets other/f/x', true],
  ['above the package of the other', 'sets o', true],
  ['beside the other', 'sets others', false],
])('policies are compiled together when one sets a rule %s', async (_, lines, isTogether) => {
  const life = new Life()
  const name = lines === 'sets o' ? 'o.other' : 'other'
  await life.apply({ deploy: [policy('setter', lines), policy(name, '')] })
  expect(life.unitOf('setter').includes(`package ${name}`)).toBe(isTogether)
  expect(life.unitOf(name).includes('package setter')).toBe(isTogether)
})

test('policies that need each other have all of each other', async () => {
  const life = new Life()
  await life.apply({ deploy: [policy('a', 'needs b'), policy('b', 'needs a')] })
  for (const name of ['a', 'b'])
    expect(life.unitOf(name)).toMatch(/package a[^]*package b|package b[^]*package a/)
})

test('S9: beside 200 policies one more is one compilation', async () => {
  const life = new Life()
  const many = Array.from({ length: 200 }, (_, index) => policy(`p${index}`, ''))
  expect(await life.apply({ deploy: many })).toHaveLength(200)
  expect(await life.apply({ deploy: [policy('p7', '', '2.0.0')] })).toEqual(['p7'])
  expect(await life.apply({ deploy: [other] })).toEqual(['other'])
  expect(await life.apply({ undeploy: [{ name: 'p8', version: '1.0.0' }] })).toEqual([])
})

test('what is in force is known again in another life', async () => {
  const life = new Life()
  await life.apply({ deploy: [far, reader, library] })
  const { policies, document, units } = life.current
  const next = new Life({ policies, document, units })
  expect(await next.apply({ deploy: [other] })).toEqual(['other'])
  expect(await next.apply({ deploy: [policy('lib', '', '2.0.0')] })).toHaveLength(3)
})

test('a program of another version is made anew', async () => {
  const life = new Life()
  await life.apply({ deploy: [library, other] })
  const program = { digest: 'ab'.repeat(32), version: programVersion + 1 }
  const units = new Map(
    [...life.current.units].map(([name, { unit, blobs }]) => [
      name,
      { unit: name === 'lib' ? { ...unit, program } : unit, blobs },
    ]),
  )
  const { policies, document } = life.current
  const next = new Life({ policies, document, units })
  expect(await next.apply({ deploy: [policy('new', '')] })).toEqual(['lib', 'new'])
})

test('a policy left out is not compiled again until something changes for it', async () => {
  const life = new Life()
  await life.apply({ deploy: [policy('needy', 'needs lib'), library, other] })
  expect(await life.apply({ undeploy: [{ name: 'lib', version: '1.0.0' }] })).toEqual(['needy'])
  expect([...life.current.units.keys()]).toEqual(['other'])
  expect(await life.apply({ deploy: [policy('other', '', '2.0.0')] })).toEqual(['other'])
  expect(await life.apply({ deploy: [library] })).toEqual(['needy', 'lib'])
})

test('a compiler that failed is asked again', async () => {
  const compiler = fakeCompiler()
  let works = false
  const crash = { file: 'a.rego', row: 1, column: 1, code: 'ERR_COMPILER_CRASHED', message: '' }
  const workshop = createWorkshop({
    ...compiler,
    plan: (modules, own) =>
      works || own?.[0] === 'other.rego'
        ? compiler.plan(modules, own)
        : Promise.resolve({ errors: [crash] }),
  })
  const all = update({ deploy: [policy('a', ''), other] })
  const first = await deploy(nothing, all, { workshop })
  expect(first.next?.policies.map(({ name }) => name)).toEqual(['other'])
  works = true
  const second = await deploy(first.next ?? nothing, all, { workshop })
  expect(second.next?.policies.map(({ name }) => name)).toEqual(['other', 'a'])
})
