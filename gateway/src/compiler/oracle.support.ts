import type { Json } from '@vedette/core/json/json'
import { parseJson } from '@vedette/core/json/parse'

import type { RegoModule } from '../catalog/units/compile.ts'
import { createCompiler } from './compiler.ts'
import type { Question } from './evaluation.ts'

const DEADLINE_MS = 30_000

interface Evaluation {
  readonly modules: readonly RegoModule[]
  /** `data.role.allow` */
  readonly query: string
  /** JSON text; the default is `{}`. */
  readonly data?: string
  /** JSON text; absent is no input. */
  readonly input?: string
}

export interface Oracle {
  /** The value, `undefined` when there is none. Throws what went wrong, with OPA's code in the message. */
  evaluate(evaluation: Evaluation): Promise<Json | undefined>
  close(): Promise<void>
}

/** Go OPA's own evaluator, to hold others against. */
export function createOracle(helperPath: string): Oracle {
  const compiler = createCompiler({ helperPath, builtins: [], deadlineMs: DEADLINE_MS })
  return {
    evaluate: async ({ modules, query, data = '{}', input }) => {
      const question: Question = { query, ...(input !== undefined && { input: parseJson(input) }) }
      const answer = await compiler.evaluate(modules, [question], { data: parseJson(data) })
      const [outcome] = 'outcomes' in answer ? answer.outcomes : []
      if (outcome && 'value' in outcome) return outcome.value
      throw new Error(JSON.stringify(answer))
    },
    close: () => compiler.close(),
  }
}
