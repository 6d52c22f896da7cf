import type { Body } from '../program.ts'
import { chooseBlocks } from './choose.ts'
import { joinClauses } from './clauses.ts'
import { stopEvery } from './every.ts'
import { testFirst } from './front.ts'
import type { Draft } from './functions.ts'
import { fuse } from './fuse.ts'
import { hoist } from './hoist.ts'
import { foldLiterals } from './literals.ts'
import { relaxOrder } from './order.ts'
import { propagate } from './propagate.ts'
import { renameReassigned } from './rename.ts'
import { separate } from './separate.ts'
import { tidy } from './tidy.ts'
import { unwrap } from './unwrap.ts'
import { usesOf } from './uses.ts'
import { readAsWritten } from './written.ts'

/** The same function, faster. */
export function improve(draft: Draft): Draft {
  const clear = eachBlock(separate(draft), tidy)
  let { slots } = clear
  const next = (): number => slots++
  const single = eachBlock(clear, (block) => renameReassigned(block, next))
  const tested = eachBlock(single, testFirst)
  const named = propagateIn(tested)
  const folded = eachBlock(named, (block, uses) => foldLiterals(block, uses))
  const written = eachBlock(propagateIn(folded), (block) => readAsWritten(block, next))
  const fused = eachBlock(written, (block, uses) => fuse(block, uses))
  const joined = joinClauses(fused)
  const stopped = eachBlock(joined, stopEvery)
  const relaxed = eachBlock(stopped, (block, uses) => relaxOrder(block, uses))
  const hoisted = eachBlock(relaxed, (block) => hoist(block, next))
  const open = eachBlock(hoisted, unwrap)
  const closed = eachBlock(open, (block, uses) => fuse(block, uses))
  return { ...closed, blocks: chooseBlocks(closed.blocks), slots }
}

type Uses = ReturnType<typeof usesOf>

function eachBlock(draft: Draft, change: (block: Body, uses: Uses) => Body): Draft {
  const uses = usesOf(draft.blocks, draft.result)
  return { ...draft, blocks: draft.blocks.map((block) => change(block, uses)) }
}

function propagateIn(draft: Draft): Draft {
  return { ...draft, blocks: propagate(draft, usesOf(draft.blocks, draft.result)) }
}
