import type { Step } from './builder.ts'

/** One step after the other until one does not go on. Written out for short lists, which most are: loops take longer. */
export function sequence(steps: readonly Step[]): Step {
  const [first = done, second = done, third = done, fourth = done, ...others] = steps
  switch (steps.length) {
    case 0:
    case 1:
      return first
    case 2:
      return () => first() || second()
    case 3:
      return () => first() || second() || third()
    case 4:
      return () => first() || second() || third() || fourth()
    default: {
      const rest = sequence(others)
      return () => first() || second() || third() || fourth() || rest()
    }
  }
}

function done(): number {
  return 0
}
