import type { Body } from '../program.ts'
import type { Draft } from './functions.ts'
import { renameSlots } from './slots.ts'

/** Blocks number their own locals afresh: here each gets slots of its own, so that one slot has one meaning. */
export function separate(draft: Draft): Draft {
  let next = draft.shared
  const blocks = draft.blocks.map((block): Body => {
    const names = new Map<number, number>()
    return renameSlots(block, (slot) => {
      if (slot < draft.shared) return slot
      const name = names.get(slot) ?? next++
      names.set(slot, name)
      return name
    })
  })
  return { ...draft, blocks, slots: next }
}
