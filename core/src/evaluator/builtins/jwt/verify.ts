import type { RegoValue } from '../../value.ts'
import type { Builtin } from '../builtin.ts'
import { bytesOperand } from '../bytes.ts'
import { isPublic, type NamedKey } from '../keys/key.ts'
import { parseKeys } from '../keys/keys.ts'
import type { HashName } from '../keys/rsa.ts'
import { algorithms, isSameMac, isSignedBy } from '../keys/signature.ts'
import { BuiltinError, stringOperand } from '../operand.ts'
import { readHeader } from './header.ts'
import { decodeHeader, decodePart, signedPart, splitToken } from './token.ts'

/** Whether a public key out of the second operand signed the token, by the one algorithm. */
export function verifyWith(name: string): Builtin {
  return ([encoded, certificate]) => {
    const algorithm = algorithms.get(name)
    if (!algorithm) throw new BuiltinError(`unknown algorithm ${name}`)
    const token = splitToken(encoded)
    const keys = parseKeys(stringOperand(certificate))
    const signature = decodePart(token.signature)
    const header = readHeader(decodeHeader(token))
    const claim = { message: signedPart(token), signature, form: 'lenient' } as const
    return eligible(keys, header).some(
      ({ key }) => isPublic(key) && isSignedBy(key, algorithm, claim),
    )
  }
}

/** The key the header names, else those for its algorithm or for any. */
export function eligible(
  keys: readonly NamedKey[],
  { alg, kid }: { readonly alg: string; readonly kid: string },
): readonly NamedKey[] {
  const usable = keys.filter(({ algorithm }) => algorithm === '' || algorithms.has(algorithm))
  const named = kid === '' ? undefined : usable.find(({ id }) => id === kid)
  if (named) return [named]
  return usable.filter(({ algorithm }) => algorithm === '' || algorithm === alg)
}

export function verifyMac(hash: HashName): Builtin {
  return ([encoded, secret]: readonly RegoValue[]) => {
    const text = stringOperand(encoded)
    const key = bytesOperand(secret)
    const token = splitToken(text)
    const signature = decodePart(token.signature)
    return isSameMac(key, hash, { message: signedPart(token), signature })
  }
}
