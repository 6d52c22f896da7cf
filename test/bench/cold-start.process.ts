import { readFileSync } from 'node:fs'

import type { Engine } from '@vedette/core/evaluator/evaluator'
import { sourceOfText } from '@vedette/core/json/source'

/** Starts one engine as a new process or isolate does, and says what that took: import, then all up to a result. */
const [name, code = '', dataFile = '', entrypoint = '', input = ''] = process.argv.slice(2)
const starts: Readonly<Record<string, () => Promise<() => Promise<Engine>>>> = {
  plan: importPlan,
  wasm: importWasm,
}
const bytes = readFileSync(code)
const text = bytes.toString()
const data = readFileSync(dataFile, 'utf8')

const begin = performance.now()
const start = await starts[name ?? '']?.()
const imported = performance.now()
const engine = await start?.()
engine?.setData(sourceOfText(data))
const result = engine?.evaluate(entrypoint, sourceOfText(input))
const done = performance.now()
console.log(JSON.stringify({ importMs: imported - begin, firstMs: done - imported, result }))

async function importPlan(): Promise<() => Promise<Engine>> {
  const { createPlanEngine, programBuiltins } =
    await import('@vedette/core/evaluator/plan/runtime/engine')
  const { loadBuiltins } = await import('@vedette/core/evaluator/builtins/table')
  const builtins = await loadBuiltins(programBuiltins(text))
  return async () => createPlanEngine(text, { builtins })
}

async function importWasm(): Promise<() => Promise<Engine>> {
  const { createWasmEngine } = await import('@vedette/core/evaluator/wasm/engine')
  const { compileUnit } = await import('@vedette/core/evaluator/wasm/webassembly')
  return async () => createWasmEngine(await compileUnit(bytes), { builtins: new Map() })
}
