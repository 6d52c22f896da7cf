import { hostBuiltins, type HostBuiltin, type HostContext } from '../builtins/host.ts'
import { BuiltinError } from '../builtins/operand.ts'
import { EvaluationError } from '../evaluator.ts'
import { formatValue } from '../value-format.ts'
import { parseValue } from '../value-text.ts'
import type { Address } from './abi.ts'
import type { Instance } from './instance.ts'

/** A builtin by its number in the policy. */
export type BuiltinTable = (id: number) => HostBuiltin

/** Throws `ERR_UNSUPPORTED_POLICY` naming the builtins that the policy calls and this host lacks. */
export function createBuiltinTable(ids: Readonly<Record<string, number>>): BuiltinTable {
  const missing = Object.keys(ids).filter((name) => !hostBuiltins.has(name))
  if (missing.length > 0)
    throw unsupported(`it calls ${missing.join(', ')}, which this host does not have`)
  const names = new Map(Object.entries(ids).map(([name, id]) => [id, hostBuiltins.get(name)]))
  return (id) => names.get(id) ?? fail(id)
}

/** Calls a builtin with values in memory. An error of the builtin makes its expression undefined. */
export function callBuiltin(
  { exports, memory }: Instance,
  builtin: HostBuiltin,
  call: { readonly values: readonly Address[]; readonly context: HostContext },
): Address {
  const values = call.values.map((value) => parseValue(memory.read(exports.opa_value_dump(value))))
  try {
    const text = formatValue(builtin(values, call.context)).toWellFormed()
    const address = exports.opa_malloc(text.length * 3)
    return exports.opa_value_parse(address, memory.write(text, address))
  } catch (error) {
    if (error instanceof BuiltinError) return 0
    throw error
  }
}

function fail(id: number): never {
  throw unsupported(`it calls builtin ${id} without naming it`)
}

function unsupported(reason: string): EvaluationError {
  return new EvaluationError('ERR_UNSUPPORTED_POLICY', `the policy cannot run here: ${reason}`)
}
