import type { Body, Expression, Statement } from '../program.ts'
import { isNode, mapExpression, mapStatement } from './tree.ts'
import { isPureWrite } from './uses.ts'

/**
 * The slots that may be read before they are written, which a call must find undefined: all locals begin so in OPA,
 * while a frame outlives a call.
 */
export function readBeforeWritten(
  blocks: readonly Body[],
  parameters: readonly number[],
): number[] {
  const early = new Set<number>()
  const surely = new Set(parameters)
  for (const block of blocks) visitBody(block, new Set(surely), early)
  return [...early]
}

/** `surely` are the slots written by now on every way here; a body does not tell what it wrote. */
function visitBody(body: Body, surely: Set<number>, early: Set<number>): void {
  for (const statement of body) visit(statement, surely, early)
}

function visit(statement: Statement, surely: Set<number>, early: Set<number>): void {
  const read = (slot: number): number => {
    if (!surely.has(slot)) early.add(slot)
    return slot
  }
  const expression = (part: Expression): Expression => {
    if (isNode(part) && part[0] === 'local') read(part[1])
    return mapExpression(part, expression)
  }
  const body = (inner: Body): Body => {
    visitBody(inner, new Set(surely), early)
    return inner
  }
  const writes = isPureWrite(statement)
  if (statement[0] === 'scan') for (const slot of [statement[2], statement[3]]) surely.add(slot)
  mapStatement(statement, { expression, body, slot: writes ? same : read })
  if (writes && statement[0] !== 'scan')
    mapStatement(statement, { slot: (slot) => (surely.add(slot), slot) })
}

function same(slot: number): number {
  return slot
}
