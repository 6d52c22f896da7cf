import type { Body, Expression, Kind, Statement } from '../program.ts'
import { isNode, mapStatement } from './tree.ts'
import { usesOf, type Uses } from './uses.ts'

/** A collection that is made and filled in one go is one expression: a constant if all its parts are. */
export function foldLiterals(body: Body, uses: Uses): Body {
  const inner = body.map((each) =>
    mapStatement(each, { body: (nested) => foldLiterals(nested, uses) }),
  )
  return inner.reduce<Body>(
    (current, each) => (each[0] === 'make' ? foldOne(current, each, uses) : current),
    inner,
  )
}

type Made = Extract<Statement, readonly ['make', ...unknown[]]>

function foldOne(body: Body, made: Made, uses: Uses): Body {
  const [, slot, kind] = made
  const start = body.indexOf(made)
  const last = Math.max(
    start,
    body.findLastIndex((each) => fills(each, made)),
  )
  const between = body.slice(start + 1, last + 1)
  const filling = between.filter((each) => fills(each, made))
  const others = between.filter((each) => !fills(each, made))
  const parts = filling.flatMap(partsOf)
  const isInOneGo =
    uses.writes(slot) === 1 &&
    uses.changes(slot) === filling.length &&
    usesOf([others]).reads(slot) === 0 &&
    parts.every((part) => isSteady(part, uses))
  if (!isInOneGo) return body
  return [...body.slice(0, start), ...others, ['let', slot, [kind, parts]], ...body.slice(last + 1)]
}

const fillingOf: Readonly<Record<Kind, string>> = { array: 'append', set: 'add', object: 'insert' }

function fills(statement: Statement, [, slot, kind]: Made): boolean {
  return statement[0] === fillingOf[kind] && statement[1] === slot
}

function partsOf(statement: Statement): readonly Expression[] {
  if (statement[0] === 'insert') return [statement[2], statement[3]]
  return statement[0] === 'append' || statement[0] === 'add' ? [statement[2]] : []
}

/** Whether it is still the same a few statements later. */
function isSteady(part: Expression, uses: Uses): boolean {
  return !isNode(part) || part[0] !== 'local' || uses.writes(part[1]) === 1
}
