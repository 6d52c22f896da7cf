import type { Body, Expression, Statement } from '../program.ts'
import { isNode, mapStatement } from './tree.ts'

/**
 * Reads that go on from `data` without an assignment in between are one path into the data document, and OPA reads
 * these as its store does: `data.users[2]` finds the member "2". They are called `base`.
 */
export function markBase(block: Body): Body {
  const slots = new Set<number>()

  function isBase(source: Expression): boolean {
    if (!isNode(source)) return false
    return source[0] === 'data' || (source[0] === 'local' && slots.has(source[1]))
  }

  function mark(statement: Statement): Statement {
    const marked = mapStatement(statement, { expression: markRead, body: markEach })
    if (marked[0] === 'let') note(marked[1], isNode(marked[2]) && marked[2][0] === 'base')
    if (marked[0] === 'copy') note(marked[1], false)
    return marked
  }

  function markRead(expression: Expression): Expression {
    const isRead = isNode(expression) && expression[0] === 'dot' && isBase(expression[1])
    return isRead ? ['base', expression[1], expression[2]] : expression
  }

  function markEach(body: Body): Body {
    return body.map((statement) => {
      if (statement[0] === 'scan') note(statement[3], isBase(statement[1]))
      // A pattern takes the value apart, which is no path any more.
      if (statement[0] === 'is') noteLocal(statement[2])
      return mark(statement)
    })
  }

  function noteLocal(expression: Expression): void {
    if (isNode(expression) && expression[0] === 'local') note(expression[1], false)
  }

  function note(slot: number, is: boolean): void {
    if (is) slots.add(slot)
    else slots.delete(slot)
  }

  return markEach(block)
}
