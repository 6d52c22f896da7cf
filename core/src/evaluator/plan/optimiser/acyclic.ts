import type { Body, Expression, Statement } from '../program.ts'
import { isNode, mapExpression, mapStatement } from './tree.ts'
import { unsupported } from './unsupported.ts'

/** A function has one frame, so none may be called while it runs. Rego has no recursion; this makes sure. */
export function refuseRecursion(functions: readonly (readonly Body[])[]): void {
  const calls = functions.map(calleesOf)
  const done = new Set<number>()
  const open = new Set<number>()
  const visit = (number: number): void => {
    if (open.has(number)) throw unsupported('recursion')
    if (done.has(number)) return
    open.add(number)
    for (const callee of calls[number] ?? []) visit(callee)
    open.delete(number)
    done.add(number)
  }
  for (const number of functions.keys()) visit(number)
}

function calleesOf(blocks: readonly Body[]): Set<number> {
  const callees = new Set<number>()
  const expression = (part: Expression): Expression => {
    if (isNode(part) && part[0] === 'call') callees.add(part[1])
    return mapExpression(part, expression)
  }
  const visit = (statement: Statement): Statement => {
    if (statement[0] === 'dynamic')
      for (const [, callee] of statement[3]) if (callee !== null) callees.add(callee)
    return mapStatement(statement, { expression, body })
  }
  const body = (inner: Body): Body => inner.map(visit)
  blocks.forEach(body)
  return callees
}
