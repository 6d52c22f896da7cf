import type { JsonNumber } from '../../json/number.ts'
import type { RegoValue } from '../value.ts'

/** What stays the same throughout one decision; empty when it begins. */
export type BuiltinContext = { nowNs?: JsonNumber; random?: Map<string, JsonNumber | string> }

/**
 * A builtin, the same for both engines. It answers as OPA's own, `undefined` where that yields nothing, and throws
 * `BuiltinError` where that is an error.
 */
export type Builtin = (
  operands: readonly RegoValue[],
  context: BuiltinContext,
) => RegoValue | undefined

/** Builtins that are loaded together. */
export type BuiltinModule = { readonly builtins: Readonly<Record<string, Builtin>> }
