import type { Body, FunctionBody } from '../program.ts'
import type { Draft } from './functions.ts'
import { readBeforeWritten } from './initial.ts'
import { renameSlots } from './slots.ts'

/** Slots numbered without gaps, parameters first. */
export function finish({ parameters, result, blocks }: Draft): FunctionBody {
  const numbers = new Map<number, number>()
  const numberOf = (slot: number): number => {
    const number = numbers.get(slot) ?? numbers.size
    numbers.set(slot, number)
    return number
  }
  for (const slot of [...parameters, result]) numberOf(slot)
  const numbered: readonly Body[] = blocks.map((block) => renameSlots(block, numberOf))
  const clears = readBeforeWritten(numbered, parameters.map(numberOf))
  const resultSlot = numberOf(result)
  return {
    slots: numbers.size,
    result: resultSlot,
    clears: clears.includes(resultSlot) ? clears : [resultSlot, ...clears],
    blocks: numbered,
  }
}
