import { isDeepStrictEqual } from 'node:util'

import * as sdkModule from '@open-policy-agent/opa-wasm'
import { loadBuiltins } from '@vedette/core/evaluator/builtins/table'
import { createWasmEngine } from '@vedette/core/evaluator/wasm/engine'
import { compileUnit } from '@vedette/core/evaluator/wasm/webassembly'
import type { Json } from '@vedette/core/json/json'
import { sourceOfText } from '@vedette/core/json/source'
import { stringifyJson } from '@vedette/core/json/stringify'

import { readCases } from './evaluator-cases.ts'
import type { Case } from './evaluator-cases.ts'
import { inTurns, turns } from './in-turns.ts'
import type { Decide } from './in-turns.ts'
import type { Measurement, Result } from './measurement.ts'

/** Its types promise a module with names, its code is CommonJS. */
const { loadPolicy } = Reflect.get(sdkModule, 'default') as typeof sdkModule

const encoder = new TextEncoder()

/** Our engine and OPA's SDK on the same wasm, data and input, in turns. */
export const evaluator: Measurement = {
  name: 'evaluator',
  title: `the engine beside the SDK of OPA, ${turns} turns each`,
  async run(kit) {
    const results: Result[] = []
    for (const each of await readCases(kit.say)) results.push(await compare(each))
    return results
  },
}

async function compare(each: Case): Promise<Result> {
  const [own, sdk] = await Promise.all([ownDecide(each), sdkDecide(each)])
  if (!isDeepStrictEqual(unordered(own()), unordered(resultOf(sdk()))))
    throw new Error(`${each.entrypoint}: the answers differ`)
  const { ours, beside } = inTurns(own, sdk)
  return {
    what: `decide ${each.entrypoint} (${each.label})`,
    unit: 'µs',
    samples: ours,
    baseline: { name: 'SDK', samples: beside },
    atMost: 'baseline',
  }
}

async function ownDecide({ wasm, data, entrypoint, input }: Case): Promise<Decide> {
  const engine = createWasmEngine(await compileUnit(wasm), { builtins: await loadBuiltins() })
  engine.setData(sourceOfText(data))
  return () => engine.evaluate(entrypoint, sourceOfText(input))
}

/** The SDK's quickest way to take a text is as bytes. */
async function sdkDecide({ wasm, data, entrypoint, input }: Case): Promise<Decide> {
  const policy = await loadPolicy(Uint8Array.from(wasm))
  policy.setData(JSON.parse(data) as object)
  return () => policy.evaluate(encoder.encode(input).buffer, entrypoint)
}

function resultOf(answer: unknown): unknown {
  return (answer as readonly { readonly result: unknown }[])[0]?.result
}

/** The SDK leaves sets as they come. */
function unordered(answer: unknown): unknown {
  const value = JSON.parse(stringifyJson(answer as Json)) as unknown
  return Array.isArray(value) ? value.map((item) => JSON.stringify(item)).toSorted() : value
}
