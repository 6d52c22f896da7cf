import type { Body, Expression, Statement } from '../program.ts'
import { isNode, mapExpression, mapStatement } from './tree.ts'

/** All slots of a body go by new names, wherever they stand. */
export function renameSlots(body: Body, name: (slot: number) => number): Body {
  const inExpression = (expression: Expression): Expression =>
    isNode(expression) && expression[0] === 'local'
      ? ['local', name(expression[1])]
      : mapExpression(expression, inExpression)
  const inBody = (inner: Body): Body => inner.map(inStatement)
  const inStatement = (statement: Statement): Statement =>
    mapStatement(statement, { expression: inExpression, body: inBody, slot: name })
  return inBody(body)
}
