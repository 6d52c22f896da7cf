import type { Builtin, BuiltinContext } from '../builtins/builtin.ts'
import { BuiltinError } from '../builtins/operand.ts'
import type { Builtins } from '../builtins/table.ts'
import { EvaluationError } from '../evaluator.ts'
import { formatValue } from '../value-format.ts'
import { parseValue } from '../value-text.ts'
import type { Address } from './abi.ts'
import type { Instance } from './instance.ts'

/** A builtin by its number in the policy. */
export type BuiltinTable = (id: number) => Builtin

/** Throws `ERR_UNSUPPORTED_POLICY` naming what the policy calls and was not loaded. */
export function createBuiltinTable(
  ids: Readonly<Record<string, number>>,
  builtins: Builtins,
): BuiltinTable {
  const missing = Object.keys(ids).filter((name) => !builtins.has(name))
  if (missing.length > 0)
    throw unsupported(`it calls ${missing.join(', ')}, which this host does not have`)
  const names = new Map(Object.entries(ids).map(([name, id]) => [id, builtins.get(name)]))
  return (id) => names.get(id) ?? fail(id)
}

/** Calls a builtin with values in memory. An error of the builtin makes its expression undefined. */
export function callBuiltin(
  { exports, memory }: Instance,
  builtin: Builtin,
  call: { readonly values: readonly Address[]; readonly context: BuiltinContext },
): Address {
  const values = call.values.map((value) => parseValue(memory.read(exports.opa_value_dump(value))))
  try {
    const value = builtin(values, call.context)
    if (value === undefined) return 0
    const text = formatValue(value).toWellFormed()
    const address = exports.opa_malloc(text.length * 3)
    return exports.opa_value_parse(address, memory.write(text, address))
  } catch (error) {
    if (error instanceof BuiltinError) return 0
    // What a builtin cannot do exactly, it does not do at all.
    if (error instanceof RangeError)
      throw new EvaluationError('ERR_LIMIT', `the decision goes too far: ${error.message}`)
    throw error
  }
}

function fail(id: number): never {
  throw unsupported(`it calls builtin ${id} without naming it`)
}

function unsupported(reason: string): EvaluationError {
  return new EvaluationError('ERR_UNSUPPORTED_POLICY', `the policy cannot run here: ${reason}`)
}
