import { isObjectValue, type RegoRecord, type RegoValue } from '../../value.ts'
import { textFrom } from '../bytes.ts'
import { jsonUnmarshal } from '../encodings/json.ts'
import { decodeBase64Url } from '../keys/base64.ts'
import { expectJson } from '../keys/json.ts'
import { BuiltinError, stringOperand } from '../operand.ts'

/** The three parts of a JWS in its compact form (RFC 7515), each in base64url. */
export interface Token {
  readonly header: string
  readonly payload: string
  readonly signature: string
}

export function splitToken(value: RegoValue | undefined): Token {
  const [header, payload, signature, ...more] = stringOperand(value).split('.')
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0)
    throw new BuiltinError('encoded JWT must have 3 sections')
  return { header, payload, signature }
}

/** OPA's `base64url.decode`: padded, or not at all. */
export function decodePart(part: string): Uint8Array {
  const missing = part.endsWith('=') ? 0 : (4 - (part.length % 4)) % 4
  const bytes = missing === 3 ? undefined : decodeBase64Url(part + '='.repeat(missing))
  if (!bytes) throw new BuiltinError('illegal base64url')
  return bytes
}

/** The JSON in a part. Bytes that are no UTF-8 are refused, unless it is no JSON either way. */
export function decodeText(part: string): string {
  const bytes = decodePart(part)
  try {
    return textFrom(bytes)
  } catch (error) {
    expectJson(lenient.decode(bytes))
    throw error
  }
}

/** A header, which is no header of JWE (RFC 7516 §9). */
export function decodeHeader({ header }: Token): RegoRecord {
  const members = parseObject(decodeText(header))
  if (Object.hasOwn(members, 'enc')) throw new BuiltinError('JWT is a JWE')
  return members
}

export function parseObject(text: string): RegoRecord {
  const value = jsonUnmarshal([text])
  if (!isObjectValue(value)) throw new BuiltinError('decoded JSON type was not an object')
  return value as RegoRecord
}

/** What the signature is made of. */
export function signedPart({ header, payload }: Token): Uint8Array {
  return encoder.encode(`${header}.${payload}`)
}

const encoder = new TextEncoder()
const lenient = new TextDecoder()
