import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { loadBuiltins } from '@vedette/core/evaluator/builtins/table'
import { createWasmEngine } from '@vedette/core/evaluator/wasm/engine'
import { wasmFaults } from '@vedette/core/evaluator/wasm/fitness'
import { compileUnit } from '@vedette/core/evaluator/wasm/webassembly'
import { parseJson } from '@vedette/core/json/parse'
import { expect, test } from 'vitest'

import { answerOf, faultOf, type Answer } from '../gateway/src/cli/answer.ts'
import { askOf } from '../gateway/src/cli/ask-of.ts'
import type { Ask } from '../gateway/src/cli/engine.ts'
import { prepareNative } from '../gateway/src/cli/native-engine.ts'
import { wireModules, withToolchain, type Toolchain } from '../gateway/src/cli/toolchain.ts'
import { bytesOf } from '../gateway/src/compiler/bytes.ts'
import { differenceOf } from './support/same-answer.ts'

const fixture = join(import.meta.dirname, '../core/src/evaluator/fixtures/fitness.tsv')

interface Case {
  readonly rule: string
  readonly input: string
  readonly data: string
}

/** What OPA's wasm says otherwise than OPA, and what we say of the plan beforehand. */
interface Finding {
  readonly rule: string
  readonly differs: boolean
  readonly faults: readonly string[]
}

test(
  'what is unfit does differ in OPA’s own wasm, what is fit does not',
  { timeout: 120_000 },
  async () => {
    const rows = (await readFile(fixture, 'utf8')).trimEnd().split('\n')
    const found = await withToolchain((toolchain) =>
      Promise.all(rows.map((row) => examineRow(row, toolchain))),
    )
    const expected = found.map(({ fault, faulty, fit }) => ({
      fault,
      faulty: { ...faulty, differs: true, faults: [expect.stringContaining(fault)] },
      fit: { ...fit, differs: false, faults: [] },
    }))
    expect(found).toEqual(expected)
  },
)

async function examineRow(
  row: string,
  toolchain: Toolchain,
): Promise<{ readonly fault: string; readonly faulty: Finding; readonly fit: Finding }> {
  const [fault = '', faulty = '', fit = '', input = '', data = 'null'] = row.split('\t')
  return {
    fault,
    faulty: await examine({ rule: faulty, input, data }, toolchain),
    fit: await examine({ rule: fit, input, data }, toolchain),
  }
}

async function examine({ rule, ...given }: Case, toolchain: Toolchain): Promise<Finding> {
  const modules = [{ file: 'a.rego', source: `package a\n\n${rule}` }]
  const data = { d: parseJson(given.data) }
  const entrypoints = ['a/p']
  const unit = await toolchain.ask('compile', { modules: wireModules(modules), entrypoints })
  const engine = createWasmEngine(await compileUnit(bytesOf(unit['wasm'])), {
    builtins: await loadBuiltins(),
  })
  const policy = { modules, entrypoints, data, regoVersion: 1, strictErrors: false } as const
  const native = await prepareNative(policy, toolchain)
  const difference = differenceOf(
    await answerTo(askOf(engine, data), given.input),
    await answerTo(native, given.input),
  )
  return { rule, differs: difference !== undefined, faults: wasmFaults(unit['plan']) }
}

function answerTo(ask: Ask, input: string): Promise<Answer> {
  return ask('a/p', parseJson(input)).then(answerOf, (error: unknown) => ({
    error: faultOf(error),
  }))
}
