import { builtinNames } from '../../builtins/table.ts'
import type { IrFunction, IrStatements, Operand } from '../ir.ts'
import type { Candidate, Expression, Statement } from '../program.ts'
import { operandOf, type Scope } from './scope.ts'
import { unsupported } from './unsupported.ts'

type Call = IrStatements['CallStmt']
type DynamicCall = IrStatements['CallDynamicStmt']

export function lowerCall({ func, args: given }: Call, scope: Scope): Expression {
  const args = given ?? []
  const callee = scope.numbers.get(func)
  if (callee !== undefined) {
    const [input, data, ...others] = args
    if (!isLocal(input, 0) || !isLocal(data, 1)) throw unsupported('a call without input and data')
    return ['call', callee, others.map((argument) => operandOf(argument, scope))]
  }
  if (!builtinNames.includes(func)) throw unsupported(`the builtin ${func}`)
  scope.builtins.add(func)
  return ['builtin', func, args.map((argument) => operandOf(argument, scope))]
}

/** Who goes through a package gets its functions from OPA's planner as well, called without operands: they have no value. */
export function isReadOfFunction({ func, args }: Call, scope: Scope): boolean {
  const callee = scope.functions[scope.numbers.get(func) ?? -1]
  return callee !== undefined && (args ?? []).length < callee.params.length
}

function isLocal(operand: Operand | undefined, local: number): boolean {
  return operand?.type === 'local' && operand.value === local
}

/** The functions a path may name are known beforehand; only its parts that vary are looked up. */
export function lowerDynamicCall({ args, path, result }: DynamicCall, scope: Scope): Statement {
  if (args[0] !== 0 || args[1] !== 1) throw unsupported('a dynamic call without input and data')
  const parts = path.map((operand) => operandOf(operand, scope))
  const table = scope.functions.flatMap((callee, number) => candidate(parts, callee, number))
  return ['dynamic', result, parts.filter(isVariable), table]
}

function candidate(parts: readonly Expression[], callee: IrFunction, number: number): Candidate[] {
  const path = callee.path ?? []
  const fits =
    path.length === parts.length && parts.every((part, at) => isVariable(part) || part === path[at])
  if (!fits) return []
  const variable = path.filter((_, at) => isVariable(parts[at] ?? null))
  return [[variable, callableAs(callee, number)]]
}

/** Functions proper are no part of a document. Under `with`, though, parameters may be replaced functions. */
function callableAs({ params, path }: IrFunction, number: number): number | null {
  if (params.length === 2) return number
  if (path?.[0] !== 'g0') throw unsupported('a dynamic call while functions are replaced')
  return null
}

function isVariable(part: Expression): boolean {
  return Array.isArray(part)
}
