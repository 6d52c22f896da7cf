import type { RegoRecord, RegoValue } from '../../value.ts'
import type { Expression, Statement } from '../program.ts'
import type { Builder } from './builder.ts'
import { copyFor } from './copies.ts'
import { isNode, isPlainKey, slotOf } from './nodes.ts'
import { countSteps } from './run.ts'

/** The place, from `from` on, of the first item that is not known to fail; the number of items if all others do. */
export type Seek = (items: readonly RegoValue[], from: number) => number

/**
 * How to pass over the items of a loop whose first statement wants a member of theirs to equal a text: most fail there,
 * and a loop that does nothing else takes a third of the time then. Undefined for any other statement.
 */
export function seeker(
  first: Statement | undefined,
  item: number,
  builder: Builder,
): Seek | undefined {
  if (first?.[0] !== 'equal') return undefined
  const [, left, right] = first
  const key = memberOf(left, item)
  if (key !== undefined) return seekMember(key, right, builder)
  const otherKey = memberOf(right, item)
  return otherKey === undefined ? undefined : seekMember(otherKey, left, builder)
}

/** The key of a plain member of what is in a slot. */
function memberOf(expression: Expression, slot: number): string | undefined {
  if (!isNode(expression, 'dot') || slotOf(expression[1]) !== slot) return undefined
  const [, , key] = expression
  return isPlainKey(key) ? key : undefined
}

function seekMember(key: string, other: Expression, { run, frame }: Builder): Seek | undefined {
  const slot = slotOf(other)
  if (slot === undefined && typeof other !== 'string') return undefined
  const pass = copyFor(key, passes)
  return (items, from) => {
    const wanted = slot === undefined ? other : frame[slot]
    if (typeof wanted !== 'string') return from
    const at = pass(items as readonly RegoRecord[], from, [key, wanted])
    countSteps(run, at - from)
    return at
  }
}

type Pass = (
  items: readonly (RegoRecord | null)[],
  from: number,
  member: readonly [key: string, wanted: string],
) => number

/* Copies, for the reason that `copies.ts` gives. Where the member is no text, the statement itself is to say. */
// oxfmt-ignore
const passes: readonly Pass[] = [
  (i, f, [k, w]) => { for (let v; f < i.length && typeof (v = i[f]?.[k]) === 'string' && v !== w;) f++; return f },
  (i, f, [k, w]) => { for (let v; f < i.length && typeof (v = i[f]?.[k]) === 'string' && v !== w;) f++; return f },
  (i, f, [k, w]) => { for (let v; f < i.length && typeof (v = i[f]?.[k]) === 'string' && v !== w;) f++; return f },
  (i, f, [k, w]) => { for (let v; f < i.length && typeof (v = i[f]?.[k]) === 'string' && v !== w;) f++; return f },
  (i, f, [k, w]) => { for (let v; f < i.length && typeof (v = i[f]?.[k]) === 'string' && v !== w;) f++; return f },
  (i, f, [k, w]) => { for (let v; f < i.length && typeof (v = i[f]?.[k]) === 'string' && v !== w;) f++; return f },
  (i, f, [k, w]) => { for (let v; f < i.length && typeof (v = i[f]?.[k]) === 'string' && v !== w;) f++; return f },
  (i, f, [k, w]) => { for (let v; f < i.length && typeof (v = i[f]?.[k]) === 'string' && v !== w;) f++; return f },
]
