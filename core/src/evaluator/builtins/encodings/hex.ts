import type { RegoValue } from '../../value.ts'
import { bytesFromHex, bytesOperand, hexFrom, textFrom } from '../bytes.ts'
import { BuiltinError, stringOperand } from '../operand.ts'

export function hexEncode([text]: readonly RegoValue[]): string {
  return hexFrom(bytesOperand(text))
}

export function hexDecode([text]: readonly RegoValue[]): string {
  const digits = stringOperand(text)
  if (!/^(?:[\da-fA-F]{2})*$/.test(digits)) throw new BuiltinError('not hexadecimal')
  return textFrom(bytesFromHex(digits))
}
