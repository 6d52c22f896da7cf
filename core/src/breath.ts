/** How long a loop may keep everything else waiting. */
const longestMs = 3

/**
 * For a loop that may be long: awaited in each round, it lets everything else have its turn when the last one was a
 * while ago. Where clocks stand still between events, as in workerd, it does nothing.
 */
export function createBreath(): () => Promise<void> {
  let last = Date.now()
  return async () => {
    if (Date.now() - last < longestMs) return
    await new Promise<void>((resolve) => setTimeout(resolve, 0))
    last = Date.now()
  }
}
