import { isJsonNumber } from '../../../json/equal.ts'
import { entriesOf, type RegoValue } from '../../value.ts'
import type { BuiltinContext } from '../builtin.ts'
import { bytesOperand } from '../bytes.ts'
import type { NamedKey } from '../keys/key.ts'
import { parseKeys } from '../keys/keys.ts'
import { BuiltinError, objectOperand, stringOperand } from '../operand.ts'
import { nowNs } from '../time/now.ts'

/** What a token must be. Texts are empty when nothing is asked. */
export interface Constraints {
  readonly keys: readonly NamedKey[]
  readonly alg: string
  readonly iss: string
  readonly aud: string
  readonly timeNs: number
}

const names = ['cert', 'secret', 'alg', 'iss', 'aud', 'time'] as const

type Given = { [Name in (typeof names)[number]]?: RegoValue }

export function readConstraints(
  value: RegoValue | undefined,
  context: BuiltinContext,
): Constraints {
  const { cert, secret, alg, iss, aud, time } = readGiven(value)
  const keys = cert === undefined ? undefined : parseKeys(stringOperand(cert))
  const shared = secret === undefined ? new Uint8Array() : bytesOperand(secret)
  const texts = { alg: textOf(alg), iss: textOf(iss), aud: textOf(aud) }
  const timeNs = nanosecondsOf(time === undefined ? nowNs([], context) : time)
  if (keys && shared.length > 0) throw new BuiltinError('duplicate key constraints')
  if (keys) return { keys, ...texts, timeNs }
  if (shared.length === 0) throw new BuiltinError('no key constraint')
  return { keys: [sharedKey(shared)], ...texts, timeNs }
}

function readGiven(value: RegoValue | undefined): Given {
  const given: Given = {}
  for (const [key, member] of entriesOf(objectOperand(value))) {
    const name = names.find((each) => each === key)
    if (!name) throw new BuiltinError('unknown token validation constraint')
    given[name] = member
  }
  return given
}

function textOf(value: RegoValue | undefined): string {
  return value === undefined ? '' : stringOperand(value)
}

function nanosecondsOf(value: RegoValue): number {
  if (!isJsonNumber(value)) throw new BuiltinError('time must be a number')
  const time = Number(value)
  if (time < 0 || !Number.isFinite(time)) throw new BuiltinError('time must not be negative')
  return time
}

/** Fits any algorithm. */
function sharedKey(bytes: Uint8Array): NamedKey {
  return { key: { kind: 'shared', bytes }, algorithm: '', id: '' }
}
