import type { RegoValue } from '../../value.ts'
import type { Builtin, BuiltinContext } from '../builtin.ts'
import type { Certificate } from '../keys/certificate.ts'
import { BuiltinError, objectOperand, stringOperand } from '../operand.ts'
import { nowNs } from '../time/now.ts'
import { certificateValue, extendedCertificateValue } from './certificate-value.ts'
import { parseKeyPair } from './key-pair.ts'
import { parsePrivateKeys, parseRsaPrivateKey } from './private-keys.ts'
import { parseCertificateRequest } from './request.ts'
import { readCertificates } from './sources.ts'
import { readVerifyOptions } from './verify-options.ts'
import { verifiedChain, type VerifyOptions } from './verify.ts'

/** Certificates and keys as Go's `crypto/x509` reads them (Go 1.26), which OPA writes member by member. */
export const builtins: Readonly<Record<string, Builtin>> = {
  'crypto.parse_private_keys': parsePrivateKeys,
  'crypto.x509.parse_and_verify_certificates': ([source], context) =>
    verify(source, extendedCertificateValue, () => ({ timeNs: momentOf(context), usages: [] })),
  'crypto.x509.parse_and_verify_certificates_with_options': ([source, options], context) => {
    objectOperand(options)
    return verify(source, certificateValue, () => readVerifyOptions(options, momentOf(context)))
  },
  'crypto.x509.parse_certificate_request': parseCertificateRequest,
  'crypto.x509.parse_certificates': ([source]) =>
    readCertificates(source).map(extendedCertificateValue),
  'crypto.x509.parse_keypair': parseKeyPair,
  'crypto.x509.parse_rsa_private_key': parseRsaPrivateKey,
}

function momentOf(context: BuiltinContext): bigint {
  return BigInt(String(nowNs([], context)))
}

/** `[true, chain]`, or `[false, []]`. */
function verify(
  source: RegoValue | undefined,
  write: (certificate: Certificate) => RegoValue,
  optionsOf: () => VerifyOptions,
): RegoValue {
  const certificates = certificatesOrNone(stringOperand(source))
  if (!certificates) return [false, []]
  const options = optionsOf()
  const chain = orNone(() => verifiedChain(certificates, options))
  return chain ? [true, chain.map(write)] : [false, []]
}

function certificatesOrNone(source: string): readonly Certificate[] | undefined {
  return orNone(() => readCertificates(source))
}

function orNone<Result>(compute: () => Result): Result | undefined {
  try {
    return compute()
  } catch (error) {
    if (error instanceof BuiltinError) return undefined
    throw error
  }
}
