import type { Json } from '../json/json.ts'
import type { Engine } from './evaluator.ts'

/** What one compile unit answers; names are slash paths without `data`: `http/example/authz/allow`. */
export type PolicyUnit = {
  readonly entrypoints: readonly string[]
  readonly packages: readonly string[]
  readonly functions: readonly string[]
  readonly engine: Engine
}

export type PolicyEvaluatorOptions = {
  readonly units: readonly PolicyUnit[]
  /** The base document, as value or as a function that reads the one in force. */
  readonly document: Json | (() => Json)
}

export interface PolicyEvaluator {
  /** The value at a path under `data`, `undefined` when there is none; `input` is JSON text. */
  answer(path: readonly string[], input: string | undefined): Json | undefined
}

export function createPolicyEvaluator(options: PolicyEvaluatorOptions): PolicyEvaluator {
  const engines = new Map(
    options.units.flatMap(({ engine }) =>
      engine.entrypoints.map((name) => [name, engine] as const),
    ),
  )
  return {
    answer: (path, input) => engines.get(path.join('/'))?.evaluate(path.join('/'), input),
  }
}
