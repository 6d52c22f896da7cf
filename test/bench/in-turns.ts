import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Many and short: on a busy machine most of them are not interrupted, so that the median is that of a quiet one. */
export const turns = 101
const turnMs = 4
const warmUpMs = 150

/** One decision. */
export type Decide = () => unknown

/**
 * Microseconds of the processor a decision. Whoever begins a turn changes, so that neither always meets the other's
 * garbage; and before a turn counts, as many decisions do not: the caches of the processor and of V8 are then what a
 * program finds that has a process to itself.
 */
export function inTurns(
  own: Decide,
  other: Decide,
): { readonly ours: readonly number[]; readonly beside: readonly number[] } {
  collectGarbage()
  const counts = [own, other].map((decide) => Math.max(1, Math.round(perMs(decide) * turnMs)))
  const [ours, beside]: [number[], number[]] = [[], []]
  for (let turn = 0; turn < turns; turn += 1) {
    const first = (): unknown => ours.push(microseconds(own, counts[0] ?? 1))
    const second = (): unknown => beside.push(microseconds(other, counts[1] ?? 1))
    for (const play of turn % 2 === 0 ? [first, second] : [second, first]) play()
  }
  return { ours, beside }
}

/** What the comparison before left: as long as V8 marks it, each store of a program costs more, and one stores more than the other. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
}

/** Warms up on the way. */
function perMs(decide: Decide): number {
  const begin = performance.now()
  let count = 0
  for (; performance.now() - begin < warmUpMs; count += 1) decide()
  return count / warmUpMs
}

function microseconds(decide: Decide, count: number): number {
  repeat(decide, count)
  const begin = usedMicroseconds()
  repeat(decide, count)
  return (usedMicroseconds() - begin) / count
}

/** By itself, so that V8 need not compile the loop again in each turn. */
function repeat(decide: Decide, count: number): void {
  for (let left = count; left > 0; left -= 1) decide()
}

/** Of the processor: the same as on the clock, but for what other programs take on a busy machine. */
function usedMicroseconds(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}
