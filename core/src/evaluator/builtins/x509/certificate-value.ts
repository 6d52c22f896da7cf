import { numberOf } from '../../../json/number.ts'
import type { RegoRecord, RegoValue } from '../../value.ts'
import type { AlternativeNames } from '../keys/alternative-names.ts'
import type { Certificate } from '../keys/certificate.ts'
import type { ExtensionFields } from '../keys/extension-fields.ts'
import type { Extension } from '../keys/extension.ts'
import { urlText } from '../urls/url-text.ts'
import { addressValue } from './address-value.ts'
import { signatureKind } from './algorithm.ts'
import { extendedUsage } from './extended-usage.ts'
import { bytesValue, listValue, oidValue, text } from './go-values.ts'
import { keyAlgorithm, publicKeyValue } from './key-value.ts'
import { nameValue } from './name-value.ts'
import { urlValue } from './url-value.ts'

/** A certificate as Go writes its `x509.Certificate`. */
export function certificateValue(certificate: Certificate): RegoRecord {
  return {
    ...bodyMembers(certificate),
    ...namesMembers(certificate.fields),
    ...limitMembers(certificate.fields),
    ...policyMembers(certificate.fields),
    ...absentMembers,
    Extensions: listValue(certificate.extensions, extensionValue),
    UnhandledCriticalExtensions: listValue(certificate.fields.unhandled, oidValue),
  }
}

/** With the addresses in it as texts, which OPA adds. */
export function extendedCertificateValue(certificate: Certificate): RegoRecord {
  return {
    ...certificateValue(certificate),
    URIStrings: listValue(certificate.fields.urls, urlText),
  }
}

function bodyMembers(certificate: Certificate): RegoRecord {
  return {
    Raw: bytesValue(certificate.raw),
    RawTBSCertificate: bytesValue(certificate.rawBody),
    RawSubjectPublicKeyInfo: bytesValue(certificate.rawPublicKey),
    RawSubject: bytesValue(certificate.rawSubject),
    RawIssuer: bytesValue(certificate.rawIssuer),
    Signature: bytesValue(certificate.signature),
    SignatureAlgorithm: signatureKind(certificate.signatureAlgorithm).number,
    PublicKeyAlgorithm: keyAlgorithm(certificate.publicKey),
    PublicKey: publicKeyValue(certificate.publicKey),
    Version: certificate.version,
    SerialNumber: numberOf(certificate.serialNumber),
    Issuer: nameValue(certificate.issuer),
    Subject: nameValue(certificate.subject),
    NotBefore: momentValue(certificate.notBefore),
    NotAfter: momentValue(certificate.notAfter),
  }
}

function momentValue(moment: number): string {
  return new Date(moment).toISOString().replace('.000Z', 'Z')
}

export function extensionValue({ oid, isCritical, value }: Extension): RegoValue {
  return { Id: oidValue(oid), Critical: isCritical, Value: bytesValue(value) }
}

export function namesMembers({
  dnsNames,
  emailAddresses,
  ipAddresses,
  urls,
}: Partial<AlternativeNames>): RegoRecord {
  return {
    DNSNames: listValue(dnsNames, text),
    EmailAddresses: listValue(emailAddresses, text),
    IPAddresses: listValue(ipAddresses, addressValue),
    URIs: listValue(urls, urlValue),
  }
}

function limitMembers(fields: ExtensionFields): RegoRecord {
  const { constraints, extendedUsages = [] } = fields
  const known = extendedUsages.flatMap((oid) => extendedUsage(oid) ?? [])
  const unknown = extendedUsages.filter((oid) => extendedUsage(oid) === undefined)
  return {
    KeyUsage: fields.keyUsage ?? 0,
    ExtKeyUsage: listValue(known, (usage) => usage),
    UnknownExtKeyUsage: listValue(unknown, oidValue),
    BasicConstraintsValid: constraints !== undefined,
    IsCA: constraints?.isAuthority ?? false,
    MaxPathLen: numberOf(constraints?.maxPathLength ?? 0n),
    MaxPathLenZero: constraints?.maxPathLength === 0n,
    SubjectKeyId: bytesValue(fields.subjectKeyId),
    AuthorityKeyId: bytesValue(fields.authorityKeyId),
    OCSPServer: listValue(fields.ocspServers, text),
    IssuingCertificateURL: listValue(fields.issuerUrls, text),
    CRLDistributionPoints: listValue(fields.distributionPoints, text),
  }
}

function policyMembers(fields: ExtensionFields): RegoRecord {
  const { inhibitAnyPolicy, inhibitPolicyMapping, requireExplicitPolicy } = fields
  if (fields.policyMappings) throw new RangeError('policy mappings are not written')
  return {
    Policies: listValue(fields.policies, text),
    // Go makes this list, even if nothing comes into it.
    PolicyIdentifiers: fields.policies ? fields.policies.map(oidValue) : null,
    PolicyMappings: null,
    InhibitAnyPolicy: numberOf(inhibitAnyPolicy ?? 0n),
    InhibitAnyPolicyZero: inhibitAnyPolicy === 0n,
    InhibitPolicyMapping: numberOf(inhibitPolicyMapping ?? 0n),
    InhibitPolicyMappingZero: inhibitPolicyMapping === 0n,
    RequireExplicitPolicy: numberOf(requireExplicitPolicy ?? 0n),
    RequireExplicitPolicyZero: requireExplicitPolicy === 0n,
  }
}

/** What is only written into certificates, and name constraints, which are not read. */
const absentMembers: RegoRecord = {
  ExtraExtensions: null,
  PermittedDNSDomainsCritical: false,
  PermittedDNSDomains: null,
  ExcludedDNSDomains: null,
  PermittedIPRanges: null,
  ExcludedIPRanges: null,
  PermittedEmailAddresses: null,
  ExcludedEmailAddresses: null,
  PermittedURIDomains: null,
  ExcludedURIDomains: null,
}
