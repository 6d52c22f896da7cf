import type { RegoValue } from '../../value.ts'
import type { Body, Keys, Statement } from '../program.ts'
import type { Builder, Step } from './builder.ts'
import { reader } from './expressions.ts'

type Choice = Extract<Statement, readonly ['choose', ...unknown[]]>

/** The closure that runs the blocks that are right for a value. Blocks become closures when they are first chosen. */
export function chooser(
  [, subject, keys, blocks]: Choice,
  build: (body: Body) => Step,
  builder: Builder,
): Step {
  const read = reader(subject, builder)
  const steps = blocks.map((block) => lazily(() => build(block)))
  const always = steps.filter((_, at) => keys[at] === null)
  const chosen = chosenBy(keys, steps)
  return () => {
    const value = read()
    const right = (value === undefined ? undefined : chosen.get(value)) ?? always
    for (let at = 0; at < right.length; at++) {
      const code = (right[at] as Step)()
      if (code > 1) return code - 1
    }
    return 0
  }
}

function lazily(build: () => Step): Step {
  let step: Step | undefined
  return () => (step ??= build())()
}

/** In the order of the blocks, those that run whatever the value among them. */
function chosenBy(keys: readonly Keys[], steps: readonly Step[]): Map<RegoValue, readonly Step[]> {
  const values = new Set(keys.flatMap((each) => each ?? []))
  const rightFor = (value: string | boolean): Step[] =>
    steps.filter((_, at) => keys[at]?.includes(value) ?? true)
  return new Map([...values].map((value) => [value, rightFor(value)]))
}
