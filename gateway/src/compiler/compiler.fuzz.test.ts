import { writeFile } from 'node:fs/promises'

import { parseJson } from '@vedette/core/json/parse'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'

import { ensureHelper } from './build.ts'
import { BUILD_MS, script, startCompiler, watchedHelper } from './compiler.support.ts'

beforeAll(() => ensureHelper(), BUILD_MS)

const fragments = [
  'package a',
  'package a.b',
  'package b["x/y"]',
  'import rego.v1',
  'import data.a.p as q',
  'default p := false',
  'p',
  'q',
  'p[x]',
  'p.q[input.x].r',
  'f(x)',
  'if',
  'else',
  'contains',
  'some',
  'every',
  'in',
  'not',
  'with',
  'as',
  ':=',
  '=',
  '==',
  '|',
  '&',
  '{',
  '}',
  '[',
  ']',
  '(',
  ')',
  ',',
  ';',
  '.',
  '_',
  'x',
  'input',
  'data',
  'data[x]',
  'data.a.p',
  '1',
  '1e999',
  '"s"',
  '`raw`',
  '$"t {x}"',
  'null',
  '{1, x}',
  '{"k": x}',
  '[y | y := x]',
  'count(x)',
  'http.send(x)',
  'set()',
  '# METADATA',
  '# title: t',
  '\u0000',
  '\ud800',
  '\u2028',
  '\r',
]
const soup = fc
  .array(fc.tuple(fc.constantFrom(...fragments), fc.constantFrom(' ', '\n', '')), { maxLength: 30 })
  .map((parts) => parts.flat().join(''))
const source = fc.oneof(
  fc.string({ unit: 'binary' }),
  soup,
  soup.map((text) => `package a\n\np if ${text}`),
  soup.map((text) => `package a\n\np := ${text}`),
)

describe('no text breaks the protocol', () => {
  test(
    'sources never end the helper, and errors are in the files they came from',
    { timeout: 60_000 },
    async () => {
      const helper = await watchedHelper()
      await using compiler = await startCompiler({ helperPath: helper.path })
      await fc.assert(
        fc.asyncProperty(fc.array(source, { maxLength: 3 }), async (sources) => {
          const modules = sources.map((text, index) => ({ file: `${index}.rego`, source: text }))
          const result = await compiler.compile(modules)
          if ('unit' in result) return
          for (const { file, code } of result.errors) {
            expect(modules.map((module) => module.file)).toContain(file)
            expect(code).toMatch(/^rego_/)
          }
        }),
        { numRuns: 200 },
      )
      expect(await helper.pids()).toHaveLength(2)
    },
  )

  test('whatever is asked of them, there is an answer', { timeout: 60_000 }, async () => {
    const helper = await watchedHelper()
    await using compiler = await startCompiler({ helperPath: helper.path })
    await fc.assert(
      fc.asyncProperty(
        fc.array(source, { minLength: 1, maxLength: 2 }),
        fc.json(),
        fc.oneof(fc.string(), fc.constantFrom('a', 'a/p', 'a/b')),
        async (sources, text, entrypoint) => {
          const modules = sources.map((each, index) => ({ file: `${index}.rego`, source: each }))
          const question = { entrypoint, input: parseJson(text) }
          const answers = await Promise.all([
            compiler.inspect(modules),
            compiler.evaluate(modules, [question, question]),
            compiler.explain(modules, question),
            compiler.test(modules),
          ])
          for (const answer of answers) {
            const errors = 'errors' in answer ? answer.errors : []
            for (const { code } of errors) expect(code).toMatch(/^rego_/)
          }
        },
      ),
      { numRuns: 100 },
    )
    expect((await helper.pids()).length).toBeLessThanOrEqual(2)
  })

  test('answers that are nonsense are a crash, and nothing else', { timeout: 60_000 }, async () => {
    const path = await script('read line\n/bin/cat "$0.answer"')
    const answer = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.json().map((text) => Buffer.from(`{"id":1,"wasm":${text}}\n`)),
      fc.string().map((text) => Buffer.from(`{"id":1,${text}\n`)),
    )
    await fc.assert(
      fc.asyncProperty(answer, async (bytes) => {
        await writeFile(`${path}.answer`, bytes)
        await using compiler = await startCompiler({ helperPath: path })
        const modules = [{ file: 'a.rego', source: 'package a' }]
        expect(await compiler.compile(modules)).toMatchObject({
          errors: [{ file: 'a.rego', code: 'ERR_COMPILER_CRASHED' }],
        })
      }),
      { numRuns: 50 },
    )
  })
})
