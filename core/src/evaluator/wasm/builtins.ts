import type { Builtin, BuiltinContext } from '../builtins/builtin.ts'
import { BuiltinError } from '../builtins/operand.ts'
import { keepingPatterns, patternPlace } from '../builtins/patterns.ts'
import type { Builtins } from '../builtins/table.ts'
import { EvaluationError } from '../evaluator.ts'
import { formatValue } from '../value-format.ts'
import { parseValue } from '../value-text.ts'
import type { RegoValue } from '../value.ts'
import type { Address } from './abi.ts'
import type { Instance } from './instance.ts'

/** A builtin, and where its pattern is among the operands. */
type HostBuiltin = { readonly builtin: Builtin; readonly patternPlace: number | undefined }

/** A builtin by its number in the policy. */
export type BuiltinTable = (id: number) => HostBuiltin

/** Throws `ERR_UNSUPPORTED_POLICY` naming what the policy calls and was not loaded. */
export function createBuiltinTable(
  ids: Readonly<Record<string, number>>,
  builtins: Builtins,
): BuiltinTable {
  const missing = Object.keys(ids).filter((name) => !builtins.has(name))
  if (missing.length > 0)
    throw unsupported(`it calls ${missing.join(', ')}, which this host does not have`)
  const byId = new Map<number, HostBuiltin>()
  for (const [name, id] of Object.entries(ids)) {
    const builtin = builtins.get(name)
    if (builtin) byId.set(id, { builtin, patternPlace: patternPlace(name) })
  }
  return (id) => byId.get(id) ?? fail(id)
}

type BuiltinCallOptions = {
  readonly values: readonly Address[]
  readonly context: BuiltinContext
  /** Below lie constants and data: nothing of a question. */
  readonly floor: Address
}

/** Calls a builtin with values in memory. An error of the builtin makes its expression undefined. */
export function callBuiltin(
  { exports, memory }: Instance,
  { builtin, patternPlace: place }: HostBuiltin,
  call: BuiltinCallOptions,
): Address {
  const values = call.values.map((value) => parseValue(memory.read(exports.opa_value_dump(value))))
  try {
    const pattern = place === undefined ? undefined : call.values[place]
    const isSettled = pattern !== undefined && pattern < call.floor
    const ask = (): RegoValue | undefined => builtin(values, call.context)
    const value = isSettled ? keepingPatterns(ask) : ask()
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
