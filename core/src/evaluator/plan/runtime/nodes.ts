import type { Constant, Expression } from '../program.ts'
import { isInherited, isItemNumber } from './access.ts'

type Node = Exclude<Expression, Constant>

/** A read of a member. */
export type Member = Extract<Node, readonly ['dot' | 'base', ...unknown[]]>

type NodeNamed<Name, Each = Node> = Each extends readonly [infer Names, ...unknown[]]
  ? Name extends Names
    ? Each
    : never
  : never

export function isNode<Name extends Node[0]>(
  expression: Expression,
  name: Name,
): expression is NodeNamed<Name> {
  return Array.isArray(expression) && expression[0] === name
}

/** The slot that an expression reads. */
export function slotOf(expression: Expression): number | undefined {
  return isNode(expression, 'local') ? expression[1] : undefined
}

/** A key that plain property access finds, if it finds anything. */
export function isPlainKey(key: Expression): key is string {
  return typeof key === 'string' && !isInherited(key) && !isItemNumber(key)
}

/** Whether constant keys read it of the data document: it stays the same until there is other data. */
export function isSettled(expression: Expression): boolean {
  if (isNode(expression, 'data')) return true
  return isNode(expression, 'base') && isPlainKey(expression[2]) && isSettled(expression[1])
}
