import { bytesFromHex, textFrom } from '../bytes.ts'
import { BuiltinError } from '../operand.ts'

/** The text whose `%` all begin an escape, two hexadecimal digits; what they stand for is not looked at. */
export function checkEscapes(text: string): string {
  if (/%(?![\da-fA-F]{2})/.test(text)) throw new BuiltinError('invalid URL escape')
  return text
}

/** The text that checked escapes stand for. */
export function unescapePercent(text: string): string {
  return text.replace(/(?:%..)+/g, (escaped) => textFrom(bytesFromHex(escaped.replaceAll('%', ''))))
}

/** One ASCII character as an escape. */
export function escapePercent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}
