import { setTimeout as delay } from 'node:timers/promises'

import { formatRevision } from '@vedette/core/bundle/revision'
import type { Entered } from '@vedette/core/door/explanation'
import { VedetteError } from '@vedette/core/errors'
import type { Decision } from '@vedette/core/evaluator/decision'
import type { Json } from '@vedette/core/json/json'
import type { JsonSource } from '@vedette/core/json/source'

import type { Catalog } from '../catalog/catalog.ts'
import type { WarmCompiler } from '../compiler/compiler.ts'

/** A decision, and which rules held and which failed on what, by the sources of the very same revision. */
export interface ExplainedDecision {
  readonly decision: Decision
  readonly explanation: readonly Entered[]
  /** There was more to it than is told. */
  readonly truncated: boolean
}

export type Explain = (
  path: readonly string[],
  input: JsonSource | undefined,
) => Promise<ExplainedDecision>

export interface ExplainOptions {
  readonly catalog: Pick<Catalog, 'sources'>
  readonly compiler: Pick<WarmCompiler, 'explain'>
  readonly decide: (path: readonly string[], input: JsonSource | undefined) => Decision
  /** What policies see of the data. */
  readonly seen: (document: Json) => Json
}

/** The own replica is behind the catalogue for as long as an activation takes. */
const catchUp = { attempts: 40, pauseMs: 5 }

/**
 * Decides, and has OPA itself say why. Throws what `decide` throws, `ERR_NOT_READY` while revisions change too quickly
 * to catch one, and `ERR_EVALUATION` when OPA gave no explanation.
 */
export function createExplain({ catalog, compiler, decide, seen }: ExplainOptions): Explain {
  return async (path, input) => {
    for (let attempt = 0; attempt < catchUp.attempts; attempt++) {
      const decision = decide(path, input)
      const { revision, modules, document } = catalog.sources()
      if (formatRevision(revision) === decision.revision) {
        const question = {
          entrypoint: path.join('/'),
          ...(input && { input: input.value() }),
        }
        const answer = await compiler.explain(modules, question, { data: seen(document) })
        if ('errors' in answer) throw unexplained(answer.errors[0]?.message)
        const { trace, truncated } = answer
        return { decision, explanation: trace, truncated }
      }
      await delay(catchUp.pauseMs)
    }
    throw new VedetteError('ERR_NOT_READY', 'the policies change too quickly to explain a decision')
  }
}

function unexplained(reason = 'no reason given'): VedetteError<'ERR_EVALUATION'> {
  return new VedetteError('ERR_EVALUATION', `OPA could not explain it: ${reason}`)
}
