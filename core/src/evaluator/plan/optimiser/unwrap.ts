import type { Body, Statement } from '../program.ts'
import { farthestOf } from './tidy.ts'
import { mapStatement } from './tree.ts'

/**
 * Where a block, a choice or a loop goes on is the same whether a list in it ends or fails. So what stands last in that
 * needs no block of its own, unless something leaves it.
 */
export function unwrap(body: Body): Body {
  const inner = body.map(unwrapIn)
  const last = inner.at(-1)
  if (last?.[0] !== 'block' || last[1].length !== 1) return inner
  const [block = []] = last[1]
  return farthestOf(block) > 1 ? inner : [...inner.slice(0, -1), ...block]
}

/** What `not` and `with` make of a list depends on how it ends. */
function unwrapIn(statement: Statement): Statement {
  const matters = statement[0] === 'not' || statement[0] === 'with'
  return mapStatement(statement, { body: matters ? (body) => body.map(unwrapIn) : unwrap })
}
