/** Many and short: on a busy machine most of them are not interrupted, so that the median is that of a quiet one. */
export const turns = 151
const turnMs = 2
const warmUpMs = 150

/** One decision. */
export type Decide = () => unknown

/** Microseconds of the processor a decision. Whoever begins a turn changes, so that neither always meets the other's garbage. */
export function inTurns(
  own: Decide,
  other: Decide,
): { readonly ours: readonly number[]; readonly beside: readonly number[] } {
  const counts = [own, other].map((decide) => Math.max(1, Math.round(perMs(decide) * turnMs)))
  const [ours, beside]: [number[], number[]] = [[], []]
  for (let turn = 0; turn < turns; turn += 1) {
    const first = (): unknown => ours.push(microseconds(own, counts[0] ?? 1))
    const second = (): unknown => beside.push(microseconds(other, counts[1] ?? 1))
    for (const play of turn % 2 === 0 ? [first, second] : [second, first]) play()
  }
  return { ours, beside }
}

/** Warms up on the way. */
function perMs(decide: Decide): number {
  const begin = performance.now()
  let count = 0
  for (; performance.now() - begin < warmUpMs; count += 1) decide()
  return count / warmUpMs
}

function microseconds(decide: Decide, count: number): number {
  const begin = usedMicroseconds()
  for (let left = count; left > 0; left -= 1) decide()
  return (usedMicroseconds() - begin) / count
}

/** Of the processor: the same as on the clock, but for what other programs take on a busy machine. */
function usedMicroseconds(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}
