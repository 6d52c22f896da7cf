import type { Body, Expression, Statement } from '../program.ts'
import { isNode, mapExpression, mapStatement } from './tree.ts'

/** How often a slot is set, how often the collection it holds is added to, and how often it is read. */
export type Uses = {
  readonly writes: (slot: number) => number
  readonly changes: (slot: number) => number
  readonly reads: (slot: number) => number
}

/** What is read after the blocks counts as one more. */
export function usesOf(blocks: readonly Body[], result?: number): Uses {
  const writes = new Map<number, number>()
  const changes = new Map<number, number>()
  const reads = new Map<number, number>()

  function expression(part: Expression): Expression {
    if (isNode(part) && part[0] === 'local') count(reads, part[1])
    return mapExpression(part, expression)
  }
  function body(inner: Body): Body {
    return inner.map(statement)
  }
  function statement(each: Statement): Statement {
    const slot = (number: number): number => {
      if (isWrite(each)) count(writes, number)
      else count(changes, number)
      if (!isPureWrite(each)) count(reads, number)
      return number
    }
    return mapStatement(each, { expression, body, slot })
  }

  blocks.forEach(body)
  if (result !== undefined) count(reads, result)
  return {
    writes: (slot) => writes.get(slot) ?? 0,
    changes: (slot) => changes.get(slot) ?? 0,
    reads: (slot) => reads.get(slot) ?? 0,
  }
}

const pureWrites = new Set(['let', 'copy', 'clear', 'exit', 'make', 'dynamic', 'scan'])

/** Whether it sets its slots without looking at what they held. */
export function isPureWrite([name]: Statement): boolean {
  return pureWrites.has(name)
}

/** To change a collection is no write: the slot goes on holding it. */
function isWrite(statement: Statement): boolean {
  return isPureWrite(statement) || statement[0] === 'once'
}

function count(counts: Map<number, number>, slot: number): void {
  counts.set(slot, (counts.get(slot) ?? 0) + 1)
}
