import type { Body } from '../program.ts'
import { statementsIn } from './writes.ts'

/** Which slots never hold anything but collections that the function itself made. */
export function ownership(blocks: readonly Body[]): (slot: number) => boolean {
  const foreign = new Set<number>()
  for (const statement of statementsIn(blocks))
    if (statement[0] === 'let' || statement[0] === 'copy') foreign.add(statement[1])
  return (slot) => !foreign.has(slot)
}
