import type { Body } from '../program.ts'
import type { Draft } from './functions.ts'
import { renameSlots } from './slots.ts'

/**
 * Rules number their own locals afresh, be they blocks of a function or the branches of an `else`, which stand in a
 * block of their own. Here each gets slots of its own, so that one slot has one meaning.
 */
export function separate(draft: Draft): Draft {
  const { shared } = draft
  let next = shared

  function afresh(block: Body): Body {
    const names = new Map<number, number>()
    return renameSlots(block, (slot) => {
      if (slot < shared) return slot
      const name = names.get(slot) ?? next++
      names.set(slot, name)
      return name
    })
  }

  const blocks = draft.blocks.map((block): Body => {
    const [chain, ...others] = block
    if (chain?.[0] !== 'block' || others.length > 0) return afresh(block)
    return [['block', chain[1].map(afresh)]]
  })
  return { ...draft, blocks, slots: next }
}
