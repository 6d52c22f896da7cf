import type { Texts, ToscaPolicy } from '../../pap/tosca-policy.ts'
import { checksLimit } from '../../pap/tosca-policy.ts'
import type { RegoModule } from '../units/compile.ts'
import { decodedText } from './decode.ts'

/**
 * What a policy brings along to be held against OPA with. Only the gate reads it: no unit, bundle or list has any of
 * it. Files are called `<policy>/<name>`, as no module is.
 */
export interface Checks {
  readonly tests: readonly RegoModule[]
  readonly examples: readonly ExampleFile[]
}

/** `source`: JSON, if all is well. */
export type ExampleFile = RegoModule

/** Decodes tests and examples; throws a sentence for the first that cannot be. */
export function checksOf({ name, properties }: ToscaPolicy): Checks {
  const read = (texts: Texts): readonly RegoModule[] =>
    Object.entries(texts).map(([key, text]) => {
      const file = `${name}/${key}`
      return { file, source: decodedText(name, text, file) }
    })
  return { tests: read(properties.tests ?? {}), examples: read(properties.examples ?? {}) }
}

/** Why a policy's tests and examples are too many, undefined where they are not. */
export function sizeProblem({ tests, examples }: ToscaPolicy['properties']): string | undefined {
  const texts = [...Object.entries(tests ?? {}), ...Object.entries(examples ?? {})]
  const size = texts.reduce((sum, [key, text]) => sum + key.length + text.length, 0)
  if (size <= checksLimit) return undefined
  return `tests and examples have more than ${checksLimit} characters`
}
