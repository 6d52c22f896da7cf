import { concatBytes } from '@noble/hashes/utils.js'

import type { RegoValue } from '../../value.ts'
import { decodeBase64 } from '../keys/base64.ts'
import { parseCertificates, type Certificate } from '../keys/certificate.ts'
import { nextPem, type PemBlock } from '../keys/pem.ts'
import { BuiltinError, stringOperand } from '../operand.ts'

/** Certificates in PEM, or base64 of PEM or DER. */
export function readCertificates(value: RegoValue | undefined): readonly Certificate[] {
  const source = stringOperand(value)
  if (source.startsWith('-----BEGIN')) return certificatesIn(source)
  const bytes = base64Bytes(source)
  const text = latin1(bytes)
  return text.startsWith('-----BEGIN') ? certificatesIn(text) : parseCertificates(bytes)
}

function certificatesIn(text: string): readonly Certificate[] {
  const blocks = blocksOf(text)
  if (!blocks.every(({ type }) => type === 'CERTIFICATE'))
    throw new BuiltinError('PEM block is no certificate')
  return parseCertificates(concatBytes(...blocks.map(({ bytes }) => bytes)))
}

export function blocksOf(text: string): readonly PemBlock[] {
  const blocks: PemBlock[] = []
  for (let block = nextPem(text); block; block = nextPem(block.rest)) blocks.push(block)
  return blocks
}

/** A `BuiltinError` when it is none. */
export function base64Bytes(text: string): Uint8Array {
  const bytes = decodeBase64(text)
  if (!bytes) throw new BuiltinError('illegal base64')
  return bytes
}

/** PEM is ASCII: other bytes need only stay apart from it. */
export function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}
