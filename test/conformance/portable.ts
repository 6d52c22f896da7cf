import { codeOf, messageOf } from '@vedette/core/errors'
import { loadBuiltins } from '@vedette/core/evaluator/builtins/table'
import { createPlanEngine, programBuiltins } from '@vedette/core/evaluator/plan/runtime/engine'
import { sourceOfText } from '@vedette/core/json/source'
import { stringifyJson } from '@vedette/core/json/stringify'

/** A case as any runtime can try it: the program is made, and documents are JSON texts. */
export interface PortableCase {
  readonly program: string
  readonly entrypoint: string
  readonly data: string
  readonly input?: string
  readonly strictErrors: boolean
}

/** The text of a result, absent when undefined, or an error. */
export type PortableAnswer =
  | { readonly result?: string }
  | { readonly error: { readonly code: string; readonly message: string } }

/** Answers by the plan engine, wherever this runs. */
export async function answerPortable(given: PortableCase): Promise<PortableAnswer> {
  const { program, entrypoint, data, input, strictErrors } = given
  try {
    const builtins = await loadBuiltins(programBuiltins(program))
    const engine = createPlanEngine(program, { builtins, strictErrors })
    engine.setData(sourceOfText(data))
    const result = engine.evaluate(
      entrypoint,
      input === undefined ? undefined : sourceOfText(input),
    )
    return result === undefined ? {} : { result: stringifyJson(result) }
  } catch (error) {
    return { error: { code: codeOf(error, 'ERR_INTERNAL'), message: messageOf(error) } }
  }
}
