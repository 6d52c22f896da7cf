import { nativeBuiltins } from './native.ts'
import { builtinNames } from './table.ts'

/** Builtins that the compiler takes out or turns into data, so that no engine ever sees a call. */
const compiledAway: readonly string[] = ['print', 'rego.metadata.chain', 'rego.metadata.rule']

/** Every builtin a policy may call here; the compiler refuses others at deployment, with file and row. */
export const capabilities: readonly string[] = [
  ...new Set([...nativeBuiltins, ...builtinNames, ...compiledAway]),
].toSorted()
