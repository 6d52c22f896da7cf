import { BuiltinError } from '../operand.ts'
import { parseCertificate } from './certificate.ts'
import { parseJwks } from './jwk.ts'
import type { Key, NamedKey } from './key.ts'
import { nextPem } from './pem.ts'
import { parsePublicKey } from './spki.ts'

/** The keys in a PEM certificate, a PEM public key, a JWK or a set of JWKs. */
export function parseKeys(text: string): readonly NamedKey[] {
  const block = nextPem(text)
  if (!block) return parseJwks(text)
  if (block.rest !== '') throw new BuiltinError('extra data after a PEM block')
  return [{ key: keyOf(block.type, block.bytes), algorithm: '', id: '' }]
}

function keyOf(type: string, bytes: Uint8Array): Key {
  if (type === 'CERTIFICATE') return parseCertificate(bytes).publicKey ?? { kind: 'other' }
  if (type === 'PUBLIC KEY') return parsePublicKey(bytes)
  throw new BuiltinError('neither a certificate nor a public key')
}
