import { isSame, readAlgorithm, type AlgorithmIdentifier } from '../keys/certificate.ts'
import { DerReader, tags, contextTag } from '../keys/der.ts'
import { algorithms, type Algorithm } from '../keys/signature.ts'
import { BuiltinError } from '../operand.ts'

interface SignatureKind {
  /** The number Go's `x509.SignatureAlgorithm` has for it. */
  readonly number: number
  /** Absent for what Go does not trust any more. */
  readonly algorithm?: Algorithm | undefined
}

const kinds: Readonly<Record<string, readonly [number: number, algorithm?: string]>> = {
  '1.2.840.113549.1.1.4': [2],
  '1.2.840.113549.1.1.5': [3],
  '1.3.14.3.2.29': [3],
  '1.2.840.113549.1.1.11': [4, 'RS256'],
  '1.2.840.113549.1.1.12': [5, 'RS384'],
  '1.2.840.113549.1.1.13': [6, 'RS512'],
  '1.2.840.10040.4.3': [7],
  '2.16.840.1.101.3.4.3.2': [8],
  '1.2.840.10045.4.1': [9],
  '1.2.840.10045.4.3.2': [10, 'ES256'],
  '1.2.840.10045.4.3.3': [11, 'ES384'],
  '1.2.840.10045.4.3.4': [12, 'ES512'],
  '1.3.101.112': [16, 'EdDSA'],
}

const pss = '1.2.840.113549.1.1.10'
const ed25519 = '1.3.101.112'

export function signatureKind({ oid, parameters }: AlgorithmIdentifier): SignatureKind {
  if (oid === pss) return pssKind(parameters)
  if (oid === ed25519 && parameters.length > 0) return { number: 0 }
  const [number = 0, name = ''] = kinds[oid] ?? []
  return { number, algorithm: algorithms.get(name) }
}

const mgf1 = '1.2.840.113549.1.1.8'

const pssKinds: Readonly<
  Record<string, readonly [number: number, algorithm: string, salt: bigint]>
> = {
  '2.16.840.1.101.3.4.2.1': [13, 'PS256', 32n],
  '2.16.840.1.101.3.4.2.2': [14, 'PS384', 48n],
  '2.16.840.1.101.3.4.2.3': [15, 'PS512', 64n],
}

/** RSASSA-PSS with one hash for everything, a salt as long as it, and the usual trailer (RFC 4055 §3.1). */
function pssKind(parameters: Uint8Array): SignatureKind {
  try {
    const reader = new DerReader(parameters).inside(tags.sequence)
    const hash = readAlgorithm(inside(reader, 0).inside(tags.sequence))
    const mask = readAlgorithm(inside(reader, 1).inside(tags.sequence))
    const maskHash = readAlgorithm(new DerReader(mask.parameters).inside(tags.sequence))
    const salt = inside(reader, 2).integer()
    const trailer = reader.optional(contextTag(3, 'explicit'))?.integer() ?? 1n
    const [number = 0, name = '', length] = pssKinds[hash.oid] ?? []
    const fits = mask.oid === mgf1 && maskHash.oid === hash.oid && trailer === 1n && salt === length
    const isPlain = isAbsentOrNull(hash.parameters) && isAbsentOrNull(maskHash.parameters)
    return fits && isPlain ? { number, algorithm: algorithms.get(name) } : { number: 0 }
  } catch (error) {
    if (error instanceof BuiltinError) return { number: 0 }
    throw error
  }
}

function inside(reader: DerReader, number: number): DerReader {
  return reader.inside(contextTag(number, 'explicit'))
}

function isAbsentOrNull(parameters: Uint8Array): boolean {
  return parameters.length === 0 || isSame(parameters, Uint8Array.of(tags.null, 0))
}
