import { isJsonNumber } from '../../../json/equal.ts'
import { compareNumbers, numberFrom, type JsonNumber } from '../../../json/number.ts'
import { isArrayValue, type RegoRecord, type RegoValue } from '../../value.ts'
import type { BuiltinContext } from '../builtin.ts'
import { algorithms, isSignedBy } from '../keys/signature.ts'
import { BuiltinError } from '../operand.ts'
import { readConstraints, type Constraints } from './constraints.ts'
import { readHeader, type Header } from './header.ts'
import {
  decodeHeader,
  decodePart,
  decodeText,
  parseObject,
  signedPart,
  splitToken,
  type Token,
} from './token.ts'
import { eligible } from './verify.ts'

type Claims = { readonly header: RegoRecord; readonly payload: RegoRecord }

/** `[true, header, payload]`, or `[false, {}, {}]` for a token that does not meet the constraints. */
export function jwtDecodeVerify(
  [encoded, constraints]: readonly RegoValue[],
  context: BuiltinContext,
): RegoValue {
  const wanted = readConstraints(constraints, context)
  const claims = trusted(encoded, wanted)
  if (!claims || !meets(claims.payload, wanted)) return [false, {}, {}]
  return [true, claims.header, claims.payload]
}

/** What the token says, or the token within it, when its signature holds. */
function trusted(encoded: RegoValue | undefined, wanted: Constraints): Claims | undefined {
  const token = splitToken(encoded)
  const members = decodeHeader(token)
  const header = readHeader(members)
  if (!header.isValid || (wanted.alg !== '' && wanted.alg !== header.alg)) return undefined
  if (!isVerified(token, header, wanted)) return undefined
  const payload = decodeText(token.payload)
  if (/^jwt$/i.test(header.cty)) return trusted(payload, wanted)
  return { header: members, payload: parseObject(payload) }
}

function isVerified(token: Token, header: Header, { keys }: Constraints): boolean {
  const signature = decodePart(token.signature)
  const algorithm = algorithms.get(header.alg === 'Ed25519' ? 'EdDSA' : header.alg)
  if (/_WITH_|^EDDSA$/.test(header.alg))
    throw new RangeError('the names of algorithms inside of dsig are not read')
  if (!algorithm) return false
  const claim = { message: signedPart(token), signature, form: 'strict' } as const
  return eligible(keys, header).some(({ key }) => isSignedBy(key, algorithm, claim))
}

/** The registered claims (RFC 7519 §4.1). */
function meets(payload: RegoRecord, { iss, aud, timeNs }: Constraints): boolean {
  if (iss !== '' && issuerOf(payload) !== iss) return false
  if (!isAudience(member(payload, 'aud'), aud)) return false
  const seconds = numberFrom(String(timeNs / 1_000_000_000))
  const expires = timeOf(payload, 'exp')
  if (expires !== undefined && compareNumbers(seconds, expires) >= 0) return false
  const begins = timeOf(payload, 'nbf')
  return begins === undefined || compareNumbers(seconds, begins) >= 0
}

function issuerOf(payload: RegoRecord): string | undefined {
  const issuer = member(payload, 'iss')
  if (issuer === undefined || typeof issuer === 'string') return issuer
  throw new RangeError('OPA fails on an iss that is no text')
}

/** A token for somebody must be for who asks, a token for nobody only for who does not ask. */
function isAudience(audience: RegoValue | undefined, wanted: string): boolean {
  if (audience === undefined) return wanted === ''
  return isArrayValue(audience) ? audience.includes(wanted) : audience === wanted
}

function timeOf(payload: RegoRecord, name: 'exp' | 'nbf'): JsonNumber | undefined {
  const time = member(payload, name)
  if (time === undefined || isJsonNumber(time)) return time
  throw new BuiltinError(`${name} value must be a number`)
}

function member(payload: RegoRecord, name: string): RegoValue | undefined {
  return Object.hasOwn(payload, name) ? payload[name] : undefined
}
