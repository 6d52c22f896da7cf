import { hmac } from '@noble/hashes/hmac.js'
import { md5, sha1 } from '@noble/hashes/legacy.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'

import type { RegoValue } from '../value.ts'
import { bytesOperand, hexFrom } from './bytes.ts'
import type { HostBuiltin } from './host.ts'

type NamedBuiltin = readonly [name: string, builtin: HostBuiltin]

/** Hashes come in hexadecimal digits. */
export const cryptoBuiltins: readonly NamedBuiltin[] = [
  ['crypto.hmac.equal', isEqualText],
  ...Object.entries({ md5, sha1, sha256, sha512 }).map(([name, hash]): NamedBuiltin => [
    `crypto.hmac.${name}`,
    ([text, key]) => hexFrom(hmac(hash, bytesOperand(key), bytesOperand(text))),
  ]),
  ...Object.entries({ md5, sha1, sha256 }).map(([name, hash]): NamedBuiltin => [
    `crypto.${name}`,
    ([text]) => hexFrom(hash(bytesOperand(text))),
  ]),
]

/** In a time that does not depend on where two texts of the same length differ. */
function isEqualText([left, right]: readonly RegoValue[]): boolean {
  const [first, second] = [bytesOperand(left), bytesOperand(right)]
  if (first.length !== second.length) return false
  return first.reduce((difference, byte, at) => difference | (byte ^ (second[at] ?? 0)), 0) === 0
}
