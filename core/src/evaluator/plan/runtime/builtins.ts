import type { Builtin } from '../../builtins/builtin.ts'
import { BuiltinError } from '../../builtins/operand.ts'
import { keepingPatterns, patternPlace } from '../../builtins/patterns.ts'
import { spend } from '../../effort.ts'
import { EvaluationError } from '../../evaluator.ts'
import { RegoSet, type RegoValue } from '../../value.ts'
import type { Expression } from '../program.ts'
import type { Builder, Read } from './builder.ts'
import { readers } from './expressions.ts'
import { listReader } from './lists.ts'
import { stepFor } from './run.ts'
import { shortcuts } from './shortcuts.ts'

/** The closure that calls a builtin. Where it fails it is undefined, or with strict errors no decision is made. */
export function builtinReader(
  name: string,
  operands: readonly Expression[],
  builder: Builder,
): Read {
  const builtin = builder.builtins.get(name)
  if (!builtin)
    throw new EvaluationError('ERR_UNSUPPORTED_POLICY', `the builtin ${name} is missing`)
  const call = guarded(name, keeping(name, builtin, { operands, builder }), builder)
  const reads = readers(operands, builder)
  const [first, second] = reads
  const shortcut = shortcuts.get(name)
  if (shortcut && first) return shortcut(first, second ?? first, call)
  const read = listReader(reads)
  return () => {
    const values = read()
    return values && call(values)
  }
}

/** What a builtin makes of the policy's own patterns, or those of its data, it may keep. */
function keeping(name: string, builtin: Builtin, { operands, builder }: BuiltinCall): Builtin {
  const place = patternPlace(name)
  const pattern = place === undefined ? undefined : operands[place]
  if (pattern === undefined) return builtin
  if (typeof pattern !== 'string' && !builder.origins()(pattern)) return builtin
  const { run } = builder
  return (values, context) =>
    run.data === run.document
      ? keepingPatterns(() => builtin(values, context))
      : builtin(values, context)
}

type BuiltinCall = { readonly operands: readonly Expression[]; readonly builder: Builder }

export type Call = (values: readonly RegoValue[]) => RegoValue | undefined

function guarded(name: string, builtin: Builtin, { run, strictErrors }: Builder): Call {
  return (values) => {
    try {
      for (let at = 0; at < values.length; at++) spend(effortFor(values[at]))
      const value = builtin(values, (run.context ??= {}))
      stepFor(run, value)
      return value
    } catch (error) {
      if (!(error instanceof BuiltinError)) throw error
      if (strictErrors) throw failure(name, error)
      return undefined
    }
  }
}

/** Most builtins go through what they are given. */
function effortFor(value: RegoValue | undefined): number {
  if (typeof value === 'string') return value.length >> 3
  if (value instanceof RegoSet) return value.size
  return Array.isArray(value) ? value.length : 0
}

function failure(name: string, error: BuiltinError): EvaluationError {
  const message = `eval_builtin_error: ${name}: ${error.message}`
  return new EvaluationError('ERR_EVALUATION', message, { cause: error })
}
