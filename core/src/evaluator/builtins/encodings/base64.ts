import { base64url } from 'jose'

import type { RegoValue } from '../../value.ts'
import { bytesOperand, textFrom } from '../bytes.ts'
import { BuiltinError, stringOperand } from '../operand.ts'

export function base64Encode([text]: readonly RegoValue[]): string {
  const encoded = encode(text).replaceAll('-', '+').replaceAll('_', '/')
  return withPadding(encoded)
}

/** As Go's `base64.StdEncoding`: with padding, line breaks anywhere. */
export function base64Decode([text]: readonly RegoValue[]): string {
  const digits = stringOperand(text).replace(/[\r\n]/g, '')
  if (!isBase64(digits)) throw new BuiltinError('illegal base64 data')
  return decode(digits)
}

export function base64IsValid([text]: readonly RegoValue[]): boolean {
  return typeof text === 'string' && isBase64(text.replace(/[\r\n]/g, ''))
}

export function base64UrlEncode([text]: readonly RegoValue[]): string {
  return withPadding(encode(text))
}

export function base64UrlEncodeNoPad([text]: readonly RegoValue[]): string {
  return base64url.encode(bytesOperand(text))
}

/** The padding may be missing; its length goes by the text with its line breaks, as in OPA. */
export function base64UrlDecode([text]: readonly RegoValue[]): string {
  const source = stringOperand(text)
  const isPadded = source.endsWith('=')
  const digits = (isPadded ? source : withPadding(source)).replace(/[\r\n]/g, '')
  if (!isPadded && source.length % 4 === 1) throw new BuiltinError('illegal base64url data')
  if (/[+/]/.test(digits) || !isBase64(digits.replaceAll('-', '+').replaceAll('_', '/')))
    throw new BuiltinError('illegal base64url data')
  return decode(digits)
}

const encoder = new TextEncoder()

function encode(text: RegoValue | undefined): string {
  return base64url.encode(encoder.encode(stringOperand(text)))
}

function isBase64(digits: string): boolean {
  const rest = /^[A-Za-z\d+/]*/.exec(digits)?.[0].length ?? 0
  const padding = digits.length - rest
  return digits.length % 4 === 0 && padding <= 2 && digits.endsWith('='.repeat(padding))
}

function decode(digits: string): string {
  return textFrom(
    base64url.decode(digits.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_')),
  )
}

function withPadding(digits: string): string {
  const rest = digits.length % 4
  return rest < 2 ? digits : digits.padEnd(digits.length + 4 - rest, '=')
}
