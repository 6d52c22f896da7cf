import type { RegoValue } from '../../value.ts'
import { parseCertificate, isSame } from '../keys/certificate.ts'
import type { Key } from '../keys/key.ts'
import { BuiltinError, stringOperand } from '../operand.ts'
import { certificateValue } from './certificate-value.ts'
import { bytesValue } from './go-values.ts'
import { privateKeyValue } from './key-value.ts'
import { parseAnyPrivateKey, type PrivateKey } from './private-key.ts'
import { base64Bytes, blocksOf, latin1 } from './sources.ts'

/** A certificate, those behind it, and its private key, as Go writes its `tls.Certificate`. */
export function parseKeyPair([certificate, key]: readonly RegoValue[]): RegoValue {
  const chain = dersOf(stringOperand(certificate), isCertificate)
  const [secret] = dersOf(stringOperand(key), isPrivateKey)
  const [first] = chain
  if (!first || !secret) throw new BuiltinError('failed to find any PEM data')
  const leaf = parseCertificate(first)
  const privateKey = parseAnyPrivateKey(secret)
  if (!leaf.publicKey || !isPair(leaf.publicKey, privateKey))
    throw new BuiltinError('private key does not match public key')
  return {
    Certificate: chain.map(bytesValue),
    PrivateKey: privateKeyValue(privateKey),
    Leaf: certificateValue(leaf),
    OCSPStaple: null,
    SignedCertificateTimestamps: null,
    SupportedSignatureAlgorithms: null,
  }
}

/** Blocks of a PEM, or of base64 of one, or the DER that base64 holds. */
function dersOf(source: string, isWanted: (type: string) => boolean): readonly Uint8Array[] {
  const bytes = source.startsWith('-----BEGIN ') ? undefined : base64Bytes(source)
  const text = bytes ? latin1(bytes) : source
  if (bytes && !text.startsWith('-----BEGIN')) return [bytes]
  return blocksOf(text)
    .filter(({ type }) => isWanted(type))
    .map((block) => block.bytes)
}

function isCertificate(type: string): boolean {
  return type === 'CERTIFICATE'
}

function isPrivateKey(type: string): boolean {
  return type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY')
}

function isPair(key: Key, secret: PrivateKey): boolean {
  if (key.kind === 'rsa') return secret.kind === 'rsa' && key.n === secret.n && key.e === secret.e
  if (key.kind === 'ec')
    return secret.kind === 'ec' && key.curve === secret.curve && isSame(key.point, secret.point)
  return key.kind === 'ed25519' && secret.kind === 'ed25519' && isSame(key.point, secret.point)
}
