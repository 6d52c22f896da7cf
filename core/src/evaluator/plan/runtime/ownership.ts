import type { Body, Statement } from '../program.ts'

/** Which slots never hold anything but collections that the function itself made. */
export function ownership(blocks: readonly Body[]): (slot: number) => boolean {
  const foreign = new Set<number>()
  const visitAll = (bodies: readonly Body[]): void => bodies.forEach((body) => body.forEach(visit))
  const visit = (statement: Statement): void => {
    switch (statement[0]) {
      case 'let':
      case 'copy':
        foreign.add(statement[1])
        break
      case 'block':
        visitAll(statement[1])
        break
      case 'choose':
        visitAll(statement[3])
        break
      case 'not':
        visitAll([statement[1]])
        break
      case 'scan':
      case 'with':
        visitAll([statement[4]])
        break
      default:
    }
  }
  visitAll(blocks)
  return (slot) => !foreign.has(slot)
}
