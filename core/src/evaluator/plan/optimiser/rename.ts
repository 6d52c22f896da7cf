import type { Body, Statement } from '../program.ts'
import { renameSlots } from './slots.ts'
import { mapStatement } from './tree.ts'
import { usesOf, type Uses } from './uses.ts'

/**
 * Patterns use one local for item after item. Where all that happens to a slot happens in one list of statements, each
 * assignment gets a slot of its own; `next` gives new ones.
 */
export function renameReassigned(block: Body, next: () => number): Body {
  const uses = usesOf([block])
  return renameIn(block, uses, next)
}

function renameIn(list: Body, uses: Uses, next: () => number): Body {
  const body = list.map((each) =>
    mapStatement(each, { body: (inner) => renameIn(inner, uses, next) }),
  )
  return [...reassigned(body, uses)].reduce<Body>(
    (current, slot) => split(current, slot, next),
    body,
  )
}

function reassigned(body: Body, uses: Uses): Set<number> {
  const inside = usesOf([body])
  const assigned = body.flatMap((each) => assignedBy(each) ?? [])
  return new Set(
    assigned.filter((slot) => {
      const times = assigned.filter((other) => other === slot).length
      return times > 1 && times === uses.writes(slot) && inside.reads(slot) === uses.reads(slot)
    }),
  )
}

function assignedBy(statement: Statement): number | undefined {
  return statement[0] === 'let' || statement[0] === 'copy' ? statement[1] : undefined
}

function split(body: Body, slot: number, next: () => number): Body {
  let current = slot
  const named = (name: number) => (other: number) => (other === slot ? name : other)
  return body.flatMap((statement) => {
    if (assignedBy(statement) !== slot) return renameSlots([statement], named(current))
    const [before, after] = [current, next()]
    current = after
    const [read] = renameSlots([statement], named(before))
    return read ? [mapStatement(read, { slot: (name) => (name === before ? after : name) })] : []
  })
}
