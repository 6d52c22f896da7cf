import type { Head } from '@vedette/core/bundle/head'
import type { Manifest } from '@vedette/core/bundle/manifest'
import { loadBuiltins } from '@vedette/core/evaluator/builtins/table'
import { createWasmEngine } from '@vedette/core/evaluator/wasm/engine'
import { compileUnit } from '@vedette/core/evaluator/wasm/webassembly'
import { parseJson } from '@vedette/core/json/parse'
import { sourceOfText } from '@vedette/core/json/source'
import { createLocalEvaluator } from '@vedette/core/replica/local-evaluator'

import { readSamples } from './evaluator-cases.ts'
import type { Sample } from './evaluator-cases.ts'
import { inTurns, turns } from './in-turns.ts'
import type { Decide } from './in-turns.ts'
import type { Measurement } from './measurement.ts'

/** What a decision costs beyond the engine: whether the head may decide, the look-up of the rule, the revision. */
export const decision: Measurement = {
  name: 'decision',
  title: `what a replica's decision adds to the engine, ${turns} turns each`,
  async run(kit) {
    const [sample] = await readSamples(['documents'], kit.say)
    const [example] = sample?.examples.slice(1) ?? []
    if (!sample || !example) throw new Error('policies/documents has no examples')
    const { entrypoint, input } = example
    const engine = createWasmEngine(await compileUnit(sample.unit.wasm), {
      builtins: await loadBuiltins(),
    })
    engine.setData(sourceOfText(sample.data))
    const path = entrypoint.split('/')
    const decide = await replicaOf(sample, path, input)
    const { ours, beside } = inTurns(decide, () => engine.evaluate(entrypoint, sourceOfText(input)))
    return [
      {
        what: `a replica decides ${entrypoint}`,
        unit: 'µs',
        samples: ours,
        baseline: { name: 'the engine alone', samples: beside },
      },
    ]
  },
}

async function replicaOf(
  { unit, data }: Sample,
  path: readonly string[],
  input: string,
): Promise<Decide> {
  const evaluator = createLocalEvaluator()
  const { wasm, ...names } = unit
  const units = { all: { ...names, name: 'all', wasm: '' } } as unknown as Manifest['units']
  await evaluator.activate({
    head: headOf(Date.now()),
    manifest: { policies: {}, units },
    document: parseJson(data),
    blob: () => wasm,
  })
  return () => evaluator.decide(path, sourceOfText(input), Date.now())
}

function headOf(issued: number): Head {
  const age = { issued, maxAgeMs: 86_400_000, whenOlder: 'deny' } as const
  return { scope: 'default', epoch: 1, sequence: 1, state: 'ACTIVE', parts: {}, ...age }
}
