import { messageOf } from '@vedette/core/errors'

import { decodeBase64 } from './base64.ts'

/** The text that a property of policy `name` carries. Throws the Go PDP's sentences. */
export function decodedText(name: string, base64: string, place: string): string {
  return decodeUtf8(decoded(name, base64), place)
}

export function decoded(name: string, base64: string): Uint8Array {
  return inSentence(name, () => decodeBase64(base64))
}

export function decodeUtf8(bytes: Uint8Array, place: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new Error(`${place}: it is not UTF-8`, { cause })
  }
}

export function inSentence<Result>(name: string, step: () => Result): Result {
  try {
    return step()
  } catch (cause) {
    throw new Error(`${name}: ${messageOf(cause)}`, { cause })
  }
}
