import { equalBytes } from '@noble/curves/utils.js'
import { hmac } from '@noble/hashes/hmac.js'
import { md5, sha1 } from '@noble/hashes/legacy.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'

import type { RegoValue } from '../../value.ts'
import type { Builtin } from '../builtin.ts'
import { bytesOperand, hexFrom } from '../bytes.ts'

type Hash = typeof sha256 | typeof sha512 | typeof md5

/** Hashes come in hexadecimal digits. */
export const builtins: Readonly<Record<string, Builtin>> = {
  'crypto.hmac.equal': isEqualText,
  'crypto.hmac.md5': hmacWith(md5),
  'crypto.hmac.sha1': hmacWith(sha1),
  'crypto.hmac.sha256': hmacWith(sha256),
  'crypto.hmac.sha512': hmacWith(sha512),
  'crypto.md5': hashWith(md5),
  'crypto.sha1': hashWith(sha1),
  'crypto.sha256': hashWith(sha256),
}

function hashWith(hash: Hash): Builtin {
  return ([text]) => hexFrom(hash(bytesOperand(text)))
}

function hmacWith(hash: Hash): Builtin {
  return ([text, key]) => {
    const message = bytesOperand(text)
    return hexFrom(hmac(hash, bytesOperand(key), message))
  }
}

/** In a time that does not depend on where two texts of the same length differ. */
function isEqualText([left, right]: readonly RegoValue[]): boolean {
  return equalBytes(bytesOperand(left), bytesOperand(right))
}
