import { BuiltinError } from '../operand.ts'
import { contextTag, DerReader, malformed, tags, wholeBytes } from './der.ts'
import { readFields, type ExtensionFields } from './extension-fields.ts'
import { readExtension, type Extension } from './extension.ts'
import type { Key } from './key.ts'
import { readMoment } from './moment.ts'
import { readName, type Attribute } from './name.ts'
import { readPublicKey } from './spki.ts'

export interface AlgorithmIdentifier {
  readonly oid: string
  /** With tag and length; empty when absent. */
  readonly parameters: Uint8Array
}

/** An X.509 certificate (RFC 5280). `raw…` is DER with tag and length; times are milliseconds since 1970. */
export interface Certificate {
  readonly raw: Uint8Array
  readonly rawBody: Uint8Array
  readonly rawIssuer: Uint8Array
  readonly rawSubject: Uint8Array
  readonly rawPublicKey: Uint8Array
  readonly signature: Uint8Array
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly version: number
  readonly serialNumber: bigint
  readonly issuer: readonly Attribute[]
  readonly subject: readonly Attribute[]
  readonly notBefore: number
  readonly notAfter: number
  /** Absent for an algorithm Go does not know. */
  readonly publicKey: Key | undefined
  readonly extensions: readonly Extension[]
  readonly fields: ExtensionFields
}

/** The certificate in this DER, which nothing follows. As strict as Go's `x509.ParseCertificate`. */
export function parseCertificate(der: Uint8Array): Certificate {
  const reader = new DerReader(der)
  const certificate = readCertificate(reader)
  if (!reader.isEmpty) throw new BuiltinError('trailing data')
  return certificate
}

/** Certificates one behind the other. */
export function parseCertificates(der: Uint8Array): readonly Certificate[] {
  const reader = new DerReader(der)
  const certificates: Certificate[] = []
  while (!reader.isEmpty) certificates.push(readCertificate(reader))
  return certificates
}

function readCertificate(reader: DerReader): Certificate {
  const { whole, contents } = reader.element(tags.sequence)
  const outer = new DerReader(contents)
  const { whole: rawBody, contents: inner } = outer.element(tags.sequence)
  const body = readBody(new DerReader(inner))
  const algorithm = outer.element(tags.sequence).whole
  if (!isSame(algorithm, body.algorithm)) throw malformed()
  const signature = wholeBytes(outer.bitString())
  const signatureAlgorithm = readAlgorithm(new DerReader(algorithm).inside(tags.sequence))
  return { ...body, raw: whole, rawBody, signature, signatureAlgorithm }
}

type Body = Omit<Certificate, 'raw' | 'rawBody' | 'signature' | 'signatureAlgorithm'> & {
  readonly algorithm: Uint8Array
}

function readBody(reader: DerReader): Body {
  const version = readVersion(reader)
  const serialNumber = reader.integer()
  if (serialNumber < 0n) throw new BuiltinError('negative serial number')
  const algorithm = reader.element(tags.sequence).whole
  const issuer = reader.element(tags.sequence)
  const validity = reader.inside(tags.sequence)
  const [notBefore, notAfter] = [readMoment(validity), readMoment(validity)]
  const subject = reader.element(tags.sequence)
  const key = reader.element(tags.sequence)
  const publicKey = readPublicKey(new DerReader(key.contents))
  const extensions = version > 1 ? readExtensions(reader, version) : []
  return {
    algorithm,
    version,
    serialNumber,
    rawIssuer: issuer.whole,
    issuer: readName(new DerReader(issuer.contents)),
    notBefore,
    notAfter,
    rawSubject: subject.whole,
    subject: readName(new DerReader(subject.contents)),
    rawPublicKey: key.whole,
    publicKey,
    extensions,
    fields: readFields(extensions),
  }
}

function readVersion(reader: DerReader): number {
  const inside = reader.optional(contextTag(0, 'explicit'))
  const version = Number(inside?.integer() ?? 0n) + 1
  if (version < 1 || version > 3 || inside?.isEmpty === false) throw malformed()
  return version
}

export function readAlgorithm(reader: DerReader): AlgorithmIdentifier {
  const oid = reader.oid()
  return { oid, parameters: reader.isEmpty ? new Uint8Array() : reader.element().whole }
}

function readExtensions(reader: DerReader, version: number): readonly Extension[] {
  for (const number of [1, 2]) reader.optional(contextTag(number))
  const list = version === 3 ? reader.optional(contextTag(3, 'explicit')) : undefined
  if (!list) return []
  const extensions: Extension[] = []
  const inside = list.inside(tags.sequence)
  while (!inside.isEmpty) extensions.push(readExtension(inside.inside(tags.sequence)))
  if (new Set(extensions.map(({ oid }) => oid)).size < extensions.length)
    throw new BuiltinError('an extension comes twice')
  return extensions
}

export function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at])
}
