import { BuiltinError } from '../operand.ts'
import { readAlternativeNames, type AlternativeNames } from './alternative-names.ts'
import { contextTag, DerReader, malformed, tags } from './der.ts'
import type { Extension } from './extension.ts'
import { latin1 } from './name.ts'

/** What Go reads out of the extensions it knows; absent is `undefined`. */
export interface ExtensionFields extends Partial<AlternativeNames> {
  keyUsage?: number
  constraints?: { readonly isAuthority: boolean; readonly maxPathLength: bigint }
  distributionPoints?: readonly string[]
  authorityKeyId?: Uint8Array
  subjectKeyId?: Uint8Array
  requireExplicitPolicy?: bigint
  inhibitPolicyMapping?: bigint
  inhibitAnyPolicy?: bigint
  /** As OIDs. */
  extendedUsages?: readonly string[]
  policies?: readonly string[]
  policyMappings?: readonly (readonly [issuer: string, subject: string])[]
  ocspServers?: readonly string[]
  issuerUrls?: readonly string[]
  /** OIDs of critical extensions nobody read. */
  unhandled?: readonly string[]
}

type Read = (reader: DerReader, extension: Extension) => ExtensionFields | undefined

/** Those of RFC 5280 that Go reads. */
const readers: Readonly<Record<string, Read>> = {
  '2.5.29.14': (reader, extension) => {
    expectUncritical(extension)
    return { subjectKeyId: reader.element(tags.octetString).contents }
  },
  '2.5.29.15': (reader) => ({ keyUsage: usageOf(reader) }),
  '2.5.29.17': (reader) => readAlternativeNames(reader),
  '2.5.29.19': (reader) => ({ constraints: constraintsOf(reader.inside(tags.sequence)) }),
  '2.5.29.30': () => {
    throw new RangeError('name constraints are not read')
  },
  '2.5.29.31': (reader) => ({ distributionPoints: pointsOf(reader.inside(tags.sequence)) }),
  '2.5.29.32': (reader) => ({ policies: policiesOf(reader.inside(tags.sequence)) }),
  '2.5.29.33': (reader) => ({ policyMappings: mappingsOf(reader.inside(tags.sequence)) }),
  '2.5.29.35': (reader, extension) => {
    expectUncritical(extension)
    const inside = reader.inside(tags.sequence)
    return inside.isNext(contextTag(0))
      ? { authorityKeyId: inside.element().contents }
      : ({} satisfies ExtensionFields)
  },
  '2.5.29.36': (reader) => policyConstraintsOf(reader.inside(tags.sequence)),
  '2.5.29.37': (reader) => ({ extendedUsages: list(reader.inside(tags.sequence), oid) }),
  '2.5.29.54': (reader) => ({ inhibitAnyPolicy: reader.integer() }),
  '1.3.6.1.5.5.7.1.1': (reader, extension) => {
    expectUncritical(extension)
    return accessOf(reader.inside(tags.sequence))
  },
}

export function readFields(extensions: readonly Extension[]): ExtensionFields {
  const fields: ExtensionFields = {}
  const unhandled: string[] = []
  for (const extension of extensions) {
    const found = readers[extension.oid]?.(new DerReader(extension.value), extension)
    if (found) Object.assign(fields, found)
    else if (extension.isCritical) unhandled.push(extension.oid)
  }
  return unhandled.length > 0 ? { ...fields, unhandled } : fields
}

function expectUncritical({ isCritical }: Extension): void {
  if (isCritical) throw new BuiltinError('an extension is critical that must not be')
}

function usageOf(reader: DerReader): number {
  const { bytes } = reader.bitString()
  let usage = 0
  for (let bit = 0; bit < 9; bit++) {
    const byte = bytes[bit >> 3] ?? 0
    if ((byte & (0x80 >> (bit & 7))) !== 0) usage |= 1 << bit
  }
  return usage
}

function constraintsOf(reader: DerReader): NonNullable<ExtensionFields['constraints']> {
  const isAuthority = reader.isNext(tags.boolean) && reader.boolean()
  if (!reader.isNext(tags.integer)) return { isAuthority, maxPathLength: -1n }
  const maxPathLength = reader.integer()
  if (maxPathLength < 0n || maxPathLength >= 2n ** 63n) throw malformed()
  return { isAuthority, maxPathLength }
}

function pointsOf(reader: DerReader): readonly string[] {
  const names = list(reader, (points) => points.inside(tags.sequence))
  return names.flatMap((point) => {
    const fullName = point.optional(contextTag(0, 'explicit'))?.inside(contextTag(0, 'explicit'))
    const urls: string[] = []
    while (fullName?.isNext(contextTag(6))) urls.push(latin1(fullName.element().contents))
    return urls
  })
}

function policiesOf(reader: DerReader): readonly string[] {
  const policies = list(reader, (items) => oid(items.inside(tags.sequence)))
  if (new Set(policies).size < policies.length) throw malformed()
  return policies
}

function mappingsOf(reader: DerReader): NonNullable<ExtensionFields['policyMappings']> {
  return list(reader, (items) => {
    const pair = items.inside(tags.sequence)
    return [oid(pair), oid(pair)] as const
  })
}

function policyConstraintsOf(reader: DerReader): ExtensionFields {
  const fields: ExtensionFields = {}
  if (reader.isNext(contextTag(0))) fields.requireExplicitPolicy = reader.integer(contextTag(0))
  if (reader.isNext(contextTag(1))) fields.inhibitPolicyMapping = reader.integer(contextTag(1))
  return fields
}

const access = { ocsp: '1.3.6.1.5.5.7.48.1', issuer: '1.3.6.1.5.5.7.48.2' } as const

function accessOf(reader: DerReader): ExtensionFields {
  const descriptions = list(reader, (items) => {
    const description = items.inside(tags.sequence)
    const method = oid(description)
    const isUrl = description.isNext(contextTag(6))
    return { method, url: isUrl ? latin1(description.element().contents) : undefined }
  })
  const urlsOf = (wanted: string): readonly string[] =>
    descriptions.flatMap(({ method, url }) => (method === wanted && url !== undefined ? [url] : []))
  return { ocspServers: urlsOf(access.ocsp), issuerUrls: urlsOf(access.issuer) }
}

function oid(reader: DerReader): string {
  return reader.oid()
}

function list<Item>(reader: DerReader, read: (reader: DerReader) => Item): readonly Item[] {
  const items: Item[] = []
  while (!reader.isEmpty) items.push(read(reader))
  return items
}
