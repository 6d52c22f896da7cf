import type { Builtin } from '../../builtins/builtin.ts'
import { BuiltinError } from '../../builtins/operand.ts'
import { EvaluationError } from '../../evaluator.ts'
import type { RegoValue } from '../../value.ts'
import type { Builder, Read } from './builder.ts'

/** The closure that calls a builtin. Where it fails it is undefined, or with strict errors no decision is made. */
export function builtinReader(name: string, operands: readonly Read[], builder: Builder): Read {
  const builtin = builder.builtins.get(name)
  if (!builtin)
    throw new EvaluationError('ERR_UNSUPPORTED_POLICY', `the builtin ${name} is missing`)
  return caller(guarded(name, builtin, builder), operands)
}

type Call = (values: readonly RegoValue[]) => RegoValue | undefined

function guarded(name: string, builtin: Builtin, { run, strictErrors }: Builder): Call {
  return (values) => {
    try {
      return builtin(values, run.context)
    } catch (error) {
      if (!(error instanceof BuiltinError)) throw error
      if (strictErrors) throw failure(name, error)
      return undefined
    }
  }
}

function failure(name: string, error: BuiltinError): EvaluationError {
  return new EvaluationError('ERR_EVALUATION', `eval_builtin_error: ${name}: ${error.message}`, {
    cause: error,
  })
}

function caller(call: Call, operands: readonly Read[]): Read {
  return () => {
    const values: RegoValue[] = []
    for (const read of operands) {
      const value = read()
      if (value === undefined) return undefined
      values.push(value)
    }
    return call(values)
  }
}
