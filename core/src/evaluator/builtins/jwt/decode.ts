import type { RegoValue } from '../../value.ts'
import { hexFrom } from '../bytes.ts'
import { decodeHeader, decodePart, decodeText, parseObject, splitToken } from './token.ts'

/** `[header, payload, signature in hexadecimal digits]`; of a token within a token the inner one. */
export function jwtDecode([encoded]: readonly RegoValue[]): RegoValue {
  const token = splitToken(encoded)
  const header = decodeHeader(token)
  const payload = decodeText(token.payload)
  if (contentType(header['cty']) === 'JWT')
    return jwtDecode([payload.replaceAll(/^["']+|["']+$/g, '')])
  return [header, parseObject(payload), hexFrom(decodePart(token.signature))]
}

function contentType(value: RegoValue | undefined): string | undefined {
  if (value === undefined || typeof value === 'string') return value
  throw new RangeError('OPA fails on a cty that is no text')
}
