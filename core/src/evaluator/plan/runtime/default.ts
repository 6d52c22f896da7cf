import type { RegoValue } from '../../value.ts'
import type { Body } from '../program.ts'
import type { Builder, Step } from './builder.ts'
import { constantOf } from './literal.ts'
import { slotOf } from './nodes.ts'

/** The closure for what most rules end with: a slot that is undefined gets a constant. Undefined for any other body. */
export function defaultStep(body: Body, { frame }: Builder): Step | undefined {
  const [test, set] = body
  if (body.length !== 2 || test?.[0] !== 'undefined' || set?.[0] !== 'once') return undefined
  const slot = set[1]
  const value: RegoValue | undefined = constantOf(set[2])
  if (slotOf(test[1]) !== slot || value === undefined) return undefined
  return () => {
    if (frame[slot] === undefined) frame[slot] = value
    return 0
  }
}
