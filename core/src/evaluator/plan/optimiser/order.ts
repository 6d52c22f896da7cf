import type { Body, Expression, Statement } from '../program.ts'
import { effectsOf, operandsOf } from './effects.ts'
import { bodiesOf, isNode, mapStatement } from './tree.ts'
import { usesOf, type Uses } from './uses.ts'

/**
 * Sets and objects are gone through in OPA's order only where order can show: where items leave something behind, or
 * where one item may end the loop before another raises an error.
 */
export function relaxOrder(body: Body, uses: Uses): Body {
  return body.map((statement) => {
    const inner = mapStatement(statement, { body: (nested) => relaxOrder(nested, uses) })
    if (inner[0] !== 'scan') return inner
    const [name, source, key, value, nested] = inner
    const shows = leavesTrace(nested, uses) || (leaves(nested) && mayRaise(nested))
    return [name, source, key, value, nested, shows ? 'sorted' : 'any']
  })
}

function leavesTrace(body: Body, uses: Uses): boolean {
  const inside = usesOf([body])
  const isPrivate = (slot: number): boolean => inside.reads(slot) === uses.reads(slot)

  function leaves(statement: Statement): boolean {
    switch (statement[0]) {
      case 'let':
      case 'copy':
        return isNode(statement[2] as Expression) && !isPrivate(statement[1])
      case 'once':
      case 'append':
      case 'add':
      case 'insert':
      case 'insertOnce':
      case 'dynamic':
      case 'make':
        return !isPrivate(statement[1])
      default:
        return bodiesOf(statement).some((inner) => inner.some(leaves))
    }
  }

  return body.some(leaves)
}

/** Whether the loop may end before its last item. */
function leaves(body: Body): boolean {
  return body.some(
    (statement) =>
      statement[0] === 'exit' ||
      statement[0] === 'break' ||
      statement[0] === 'dynamic' ||
      bodiesOf(statement).some(leaves),
  )
}

function mayRaise(body: Body): boolean {
  return body.some(
    (statement) =>
      statement[0] === 'once' ||
      statement[0] === 'insertOnce' ||
      statement[0] === 'dynamic' ||
      operandsOf(statement).some((operand) => effectsOf(operand).raises) ||
      bodiesOf(statement).some(mayRaise),
  )
}
