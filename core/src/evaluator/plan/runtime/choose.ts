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
  const steps = new Map<number, Step>()
  const always = numbersOf(keys, undefined)
  const chosen = new Map<RegoValue, readonly number[]>()
  for (const key of new Set(keys.flatMap((each) => each ?? [])))
    chosen.set(key, numbersOf(keys, key))

  function stepOf(number: number): Step {
    const step = steps.get(number) ?? build(blocks[number] ?? [])
    steps.set(number, step)
    return step
  }

  return () => {
    const value = read()
    const numbers = (value === undefined ? undefined : chosen.get(value)) ?? always
    for (const number of numbers) {
      const code = stepOf(number)()
      if (code > 1) return code - 1
    }
    return 0
  }
}

function numbersOf(keys: readonly Keys[], key: string | boolean | undefined): number[] {
  return [...keys.keys()].filter((number) => {
    const own = keys[number]
    return !own || (key !== undefined && own.includes(key))
  })
}
