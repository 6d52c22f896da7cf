import { numberOf } from '../../../json/number.ts'
import type { RegoValue } from '../../value.ts'
import { readAlternativeNames, type AlternativeNames } from '../keys/alternative-names.ts'
import { readAlgorithm } from '../keys/certificate.ts'
import { contextTag, DerReader, tags, wholeBytes } from '../keys/der.ts'
import { readExtension, type Extension } from '../keys/extension.ts'
import { readName } from '../keys/name.ts'
import { nextPem } from '../keys/pem.ts'
import { readPublicKey } from '../keys/spki.ts'
import { BuiltinError, stringOperand } from '../operand.ts'
import { signatureKind } from './algorithm.ts'
import { extensionValue, namesMembers } from './certificate-value.ts'
import { bytesValue, listValue, oidValue } from './go-values.ts'
import { keyAlgorithm, publicKeyValue } from './key-value.ts'
import { nameValue } from './name-value.ts'
import { base64Bytes, latin1 } from './sources.ts'

/** A request for a certificate (RFC 2986) in PEM, or base64 of PEM or DER, as Go's `x509.CertificateRequest`. */
export function parseCertificateRequest([source]: readonly RegoValue[]): RegoValue {
  const reader = new DerReader(requestBytes(stringOperand(source)))
  const value = requestValue(reader)
  if (!reader.isEmpty) throw new BuiltinError('trailing data')
  return value
}

const title = 'CERTIFICATE REQUEST'

function requestBytes(source: string): Uint8Array {
  const isPem = source.startsWith(`-----BEGIN ${title}-----`)
  const bytes = isPem ? undefined : base64Bytes(source)
  const block = nextPem(bytes ? latin1(bytes) : source)
  if (block && block.type !== title) throw new BuiltinError('PEM block is no request')
  const found = block?.bytes ?? bytes
  if (!found) throw new BuiltinError('not PEM')
  return found
}

function requestValue(reader: DerReader): RegoValue {
  const { whole, contents } = reader.element(tags.sequence)
  const outer = new DerReader(contents)
  const { whole: rawBody, contents: inner } = outer.element(tags.sequence)
  const body = new DerReader(inner)
  const version = body.integer()
  const subject = body.element(tags.sequence)
  const key = body.element(tags.sequence)
  const publicKey = readPublicKey(new DerReader(key.contents))
  const attributes = readAttributes(body)
  const algorithm = readAlgorithm(outer.inside(tags.sequence))
  const signature = wholeBytes(outer.bitString())
  const extensions = readExtensions(attributes)
  return {
    Raw: bytesValue(whole),
    RawTBSCertificateRequest: bytesValue(rawBody),
    RawSubjectPublicKeyInfo: bytesValue(key.whole),
    RawSubject: bytesValue(subject.whole),
    Signature: bytesValue(signature),
    SignatureAlgorithm: signatureKind(algorithm).number,
    PublicKeyAlgorithm: keyAlgorithm(publicKey),
    PublicKey: publicKeyValue(publicKey),
    Version: numberOf(version),
    Subject: nameValue(readName(new DerReader(subject.contents), 'request')),
    Attributes: listValue(attributes.flatMap(attributeValue), (value) => value),
    Extensions: listValue(extensions, extensionValue),
    ExtraExtensions: null,
    ...namesMembers(alternativeNames(extensions)),
  }
}

interface Attribute {
  readonly oid: string
  /** Elements with tag and length. */
  readonly values: readonly Uint8Array[]
}

/** What is no attribute is passed over. */
function readAttributes(body: DerReader): readonly Attribute[] {
  const list = body.inside(contextTag(0, 'explicit'))
  const attributes: Attribute[] = []
  while (!list.isEmpty) {
    const { whole } = list.element()
    attributes.push(...orNothing(() => [readAttribute(new DerReader(whole))]))
  }
  return attributes
}

function readAttribute(reader: DerReader): Attribute {
  const attribute = reader.inside(tags.sequence)
  const oid = attribute.oid()
  const set = attribute.inside(tags.set)
  const values: Uint8Array[] = []
  while (!set.isEmpty) values.push(set.element().whole)
  return { oid, values }
}

const extensionRequest = '1.2.840.113549.1.9.14'

function readExtensions(attributes: readonly Attribute[]): readonly Extension[] {
  const extensions = attributes
    .filter(({ oid, values }) => oid === extensionRequest && values.length > 0)
    .flatMap(({ values: [first] }) => extensionsIn(first ?? new Uint8Array()))
  if (new Set(extensions.map(({ oid }) => oid)).size < extensions.length)
    throw new BuiltinError('an extension comes twice')
  return extensions
}

function extensionsIn(value: Uint8Array): readonly Extension[] {
  const list = new DerReader(value).inside(tags.sequence)
  const extensions: Extension[] = []
  while (!list.isEmpty) extensions.push(readExtension(list.inside(tags.sequence)))
  return extensions
}

function alternativeNames(extensions: readonly Extension[]): Partial<AlternativeNames> {
  const names = extensions.find(({ oid }) => oid === '2.5.29.17')
  return (names && readAlternativeNames(new DerReader(names.value))) ?? {}
}

/** Only where the values are lists of pairs of an OID and a value. */
function attributeValue({ oid, values }: Attribute): readonly RegoValue[] {
  return orNothing(() => [{ Type: oidValue(oid), Value: values.map(pairsIn) }])
}

function orNothing<Item>(read: () => readonly Item[]): readonly Item[] {
  try {
    return read()
  } catch (error) {
    if (error instanceof BuiltinError) return []
    throw error
  }
}

function pairsIn(value: Uint8Array): readonly RegoValue[] {
  const list = new DerReader(value).inside(tags.sequence)
  const pairs: RegoValue[] = []
  while (!list.isEmpty) {
    const pair = list.inside(tags.sequence)
    pairs.push({ Type: oidValue(pair.oid()), Value: anyValue(pair) })
  }
  return pairs
}

function anyValue(pair: DerReader): RegoValue {
  if (pair.isNext(tags.boolean)) return pair.boolean()
  if (pair.isNext(tags.octetString)) return bytesValue(pair.element().contents)
  throw new RangeError('attributes of other types are not read')
}
