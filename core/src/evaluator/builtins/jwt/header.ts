import type { RegoRecord, RegoValue } from '../../value.ts'
import { isArrayValue } from '../../value.ts'
import { BuiltinError } from '../operand.ts'

/** The parameters of a header that OPA knows; empty when absent. */
export interface Header {
  readonly alg: string
  readonly kid: string
  readonly cty: string
  /** Whether it may be trusted: `alg` is there, and nothing unknown is critical. */
  readonly isValid: boolean
}

const known = new Set(['alg', 'kid', 'typ', 'cty', 'crit'])

/** A `BuiltinError` for a parameter of the wrong type. */
export function readHeader(members: RegoRecord): Header {
  const [alg, kid, cty] = [text(members, 'alg'), text(members, 'kid'), text(members, 'cty')]
  text(members, 'typ')
  const critical = readCritical(members['crit'])
  const isUnknown = (name: string): boolean => !known.has(name) && Object.hasOwn(members, name)
  return { alg, kid, cty, isValid: alg !== '' && !critical.some(isUnknown) }
}

function text(members: RegoRecord, name: string): string {
  const value = Object.hasOwn(members, name) ? members[name] : ''
  if (typeof value !== 'string') throw new BuiltinError(`${name}: must be a string`)
  return value
}

/** Up to the first item that is no text: OPA minds only when there is none. */
function readCritical(value: RegoValue | undefined): readonly string[] {
  if (value === undefined) return []
  if (!isArrayValue(value)) throw new BuiltinError('crit: must be a list')
  const stop = value.findIndex((item) => typeof item !== 'string')
  const names = stop < 0 ? value : value.slice(0, stop)
  if (names.length === 0) throw new BuiltinError('crit: must be a nonempty list')
  return names as readonly string[]
}
