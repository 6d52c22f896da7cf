import type { IrFunction, IrPlan, IrStatement } from '../ir.ts'
import type { Body, Expression, Statement } from '../program.ts'
import { markBase } from './base.ts'
import { lowerBlock } from './lower.ts'
import { operandOf, type Scope } from './scope.ts'
import { renameSlots } from './slots.ts'
import { unsupported } from './unsupported.ts'

/** A function on its way to a program. Slots below `shared` are those of all its blocks, `slots` is the first free one. */
export type Draft = {
  readonly shared: number
  readonly slots: number
  readonly parameters: readonly number[]
  readonly result: number
  readonly blocks: readonly Body[]
}

/** The last block returns the result; that goes without saying in a program. */
export function lowerFunction(callee: IrFunction, scope: Scope): Draft {
  const [returns, ...others] = callee.blocks.at(-1)?.stmts ?? []
  const isReturn = returns?.type === 'ReturnLocalStmt' && returns.stmt.source === callee.return
  const [input, data, ...parameters] = callee.params
  if (!isReturn || others.length > 0 || input !== 0 || data !== 1)
    throw unsupported(`a function of this form (${callee.name})`)
  const blocks = callee.blocks.slice(0, -1).map((block) => markBase(lowerBlock(block, scope)))
  // Besides the parameters: the result, and the result of the rule at hand.
  const shared = callee.params.length + 2
  return { shared, slots: shared, parameters, result: callee.return, blocks }
}

/** The slot before those of a plan's own locals. */
const planResult = 2

const nothing: Draft = { shared: 3, slots: 3, parameters: [], result: planResult, blocks: [] }

/** A plan adds `{"result": value}` to the set of its results; here it is a function that gives the value. */
export function lowerPlan({ name, blocks }: IrPlan, scope: Scope): Draft {
  const [block, ...others] = blocks
  const statements = block?.stmts ?? []
  if (others.length > 0) throw unsupported(`an entrypoint with several results (${name})`)
  if (statements.length === 0) return nothing
  const [made, inserted, added] = statements.slice(-3)
  const result = resultOf([made, inserted, added], scope)
  if (result === undefined) throw unsupported(`a plan of this form (${name})`)
  const body = lowerBlock({ stmts: statements.slice(0, -3) }, scope)
  const last: Statement = ['copy', planResult - 1, result]
  const moved = renameSlots([...body, last], (slot) => slot + 1)
  return { ...nothing, blocks: [markBase(moved)] }
}

type Ending = readonly (IrStatement | undefined)[]

function resultOf([made, inserted, added]: Ending, scope: Scope): Expression | undefined {
  if (made?.type !== 'MakeObjectStmt' || inserted?.type !== 'ObjectInsertStmt') return undefined
  const isOne = made.stmt.target === inserted.stmt.object
  if (added?.type !== 'ResultSetAddStmt' || added.stmt.value !== made.stmt.target || !isOne)
    return undefined
  return operandOf(inserted.stmt.value, scope)
}
