import { describe, expect, test } from 'vitest'

import { readPolicyDirectory } from './policy-directory.ts'
import type { PolicySource } from './policy-directory.ts'
import { decoded, template, testDirectory } from './test-directory.support.ts'

async function read(files: Readonly<Record<string, string>>): Promise<readonly PolicySource[]> {
  return readPolicyDirectory(await testDirectory(files))
}

async function readOne(files: Readonly<Record<string, string>>): Promise<PolicySource> {
  const [source, ...more] = await read(files)
  if (source === undefined || more.length > 0) throw new Error(`${more.length + 1} sources`)
  return source
}

async function propertiesOf(files: Readonly<Record<string, string>>): Promise<object> {
  const source = await readOne(files)
  if (!('folder' in source)) throw new Error(JSON.stringify(source))
  const texts = Object.entries(source.folder.properties)
  const properties = texts.map(([key, each]) => [key, decoded(each ?? {})])
  return { name: source.folder.name, ...Object.fromEntries(properties) }
}

describe('a folder', () => {
  test('is a policy of its name: modules by package, data at its node, tests and examples apart', async () => {
    const files = {
      'orders/orders.rego': 'package orders\n\nallow if true\n',
      'orders/limits/limits.rego': 'package orders.limits\n',
      'orders/orders_test.rego': 'package orders_test\n',
      'orders/data.json': '{"id": 445611193265040129}',
      'orders/limits/limits_test.rego': 'package orders.limits_test\n',
      'orders/examples/small.json': '{"entrypoint": "orders/allow", "input": {}}',
      'orders/examples/notes.txt': 'later',
      'orders/examples/more.rego': 'package orders\n\nallow := 1\n',
      'orders/README.md': '# orders',
      'orders/.orders.rego.swp': 'rubbish',
    }
    expect(await propertiesOf(files)).toEqual({
      name: 'orders',
      data: { 'node.orders': '{"id": 445611193265040129}' },
      policy: {
        orders: 'package orders\n\nallow if true\n',
        'orders.limits': 'package orders.limits\n',
      },
      tests: {
        'limits/limits_test.rego': 'package orders.limits_test\n',
        'orders_test.rego': 'package orders_test\n',
      },
      examples: { 'examples/small.json': '{"entrypoint": "orders/allow", "input": {}}' },
    })
  })

  test('brings along as many tests and examples as there is room for', async () => {
    const files = {
      'a/a.rego': 'package a\n',
      'a/examples/1.json': '"kept"',
      'a/examples/2.json': JSON.stringify('x'.repeat(200_000)),
    }
    const properties = await propertiesOf(files)
    expect(properties).toMatchObject({ examples: { 'examples/1.json': '"kept"' } })
    expect(JSON.stringify(properties).length).toBeLessThan(1_000)
  })

  test.each(['cell.consistency/a.rego', 'cell/consistency/a.rego'])(
    '%s names dots',
    async (path) => {
      const dir = path.slice(0, -'a.rego'.length)
      const files = { [path]: 'package cell.consistency\n', [`${dir}data.json`]: '1' }
      expect(await propertiesOf(files)).toMatchObject({
        name: 'cell.consistency',
        data: { 'node.cell.consistency': '1' },
      })
    },
  )

  test('may have comments above the package: the rows below it stay', async () => {
    const source = '# METADATA\n# title: a\n\npackage  a # mine\n\nx := 1\n'
    expect(await propertiesOf({ 'a/a.rego': source })).toMatchObject({
      policy: { a: 'package a\n\n\n\n\nx := 1\n' },
    })
  })

  test('may spread a package over files', async () => {
    const files = {
      'a/a.rego': 'package a\nimport data.x\ny := x\n',
      'a/b.rego': 'package a\nimport data.x\nz := x\n',
    }
    expect(await propertiesOf(files)).toMatchObject({
      policy: { a: 'package a\nimport data.x\ny := x\n\n\nz := x\n' },
    })
  })

  test.each([
    ['a package of another name', { 'a/a.rego': 'package b\n' }, /'b'.*'a'/],
    ['a package that only begins like it', { 'a/a.rego': 'package ab\n' }, /'ab'.*'a'/],
    ['no package', { 'a/a.rego': 'allow if true\n' }, /no package/],
    ['an empty file', { 'a/a.rego': '' }, /no package/],
    ['data that is no JSON', { 'a/a.rego': 'package a\n', 'a/data.json': '{' }, /data\.json.*JSON/],
    ['a name no policy can have', { 'a b/a.rego': 'package a\n' }, /'a b'/],
    ['Rego outside a folder', { 'a.rego': 'package a\n' }, /folder/],
    [
      'files and a template in one',
      { 'a/a.rego': 'package a\n', 'a/a.yaml': template('a', '1.0.0', 'package a') },
      /keep one/,
    ],
  ])('%s is refused in one sentence', async (_, files, expected) => {
    const source = await readOne(files)
    expect('refusal' in source && source.refusal).toMatch(expected)
    expect('refusal' in source && source.refusal).toMatch(/^[^\n]+\.$/)
  })

  test('that is broken leaves the others alone', async () => {
    const sources = await read({
      'a/a.rego': 'package b\n',
      'b/b.rego': 'package b\n',
      'c.yaml': 'tosca_definitions_version: 1\n',
      'd.yaml': template('d', '2.0.0', 'package d\n'),
    })
    const refused = sources.filter((source) => 'refusal' in source).map(({ path }) => path)
    expect(sources.map(({ path }) => path)).toEqual(['a', 'b', 'c.yaml', 'd.yaml'])
    expect(refused).toEqual(['a', 'c.yaml'])
  })
})

describe('a TOSCA service template', () => {
  test('gives name and version; metadata is filled in', async () => {
    const source = await readOne({ 'x/role.yaml': template('role', '2.1.0', 'package role\n') })
    expect('template' in source && source.template).toEqual([
      {
        type: 'onap.policies.native.opa',
        type_version: '1.0.0',
        name: 'role',
        version: '2.1.0',
        properties: {
          data: {},
          policy: { role: Buffer.from('package role\n').toString('base64') },
        },
        metadata: { 'policy-id': 'role', 'policy-version': '2.1.0' },
      },
    ])
  })

  test('may be JSON, and hold several policies', async () => {
    const policies = [
      { a: { version: '1.0.0' } },
      { b: { version: '1.0.0' }, c: { version: '1.0.0' } },
    ]
    const text = JSON.stringify({
      tosca_definitions_version: 'tosca_simple_yaml_1_1_0',
      topology_template: { policies },
    })
    const source = await readOne({ 'all.json': text })
    expect('template' in source && source.template.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  })

  test.each([
    ['no version', template('a', '', 'package a'), /'a' needs a version/],
    ['half a version', template('a', '"1.0"', 'package a'), /not '1\.0'/],
    ['a number for a version', template('a', '1.0', 'package a'), /'a'.*version/],
    ['a name no policy can have', template('a/b', '1.0.0', 'package a'), /'a\/b'/],
    ['no topology', 'tosca_definitions_version: x', /topology_template/],
    ['another document', 'a: b', /no TOSCA/],
    ['no document', '\t: {', /neither YAML nor JSON/],
  ])('with %s is refused', async (_, text, expected) => {
    const source = await readOne({ 'a.yaml': text })
    expect('refusal' in source && source.refusal).toMatch(expected)
  })
})
