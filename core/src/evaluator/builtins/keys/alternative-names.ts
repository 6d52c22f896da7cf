import { BuiltinError } from '../operand.ts'
import { parseUrl, type GoUrl } from '../urls/url.ts'
import { contextTag, tags, type DerReader } from './der.ts'
import { ia5 } from './name.ts'

/** The names a certificate is for beside its subject. Addresses have 4 or 16 bytes. */
export interface AlternativeNames {
  readonly dnsNames: readonly string[]
  readonly emailAddresses: readonly string[]
  readonly ipAddresses: readonly Uint8Array[]
  readonly urls: readonly GoUrl[]
}

/** `undefined` when there is none that Go reads. */
export function readAlternativeNames(reader: DerReader): AlternativeNames | undefined {
  const dnsNames: string[] = []
  const emailAddresses: string[] = []
  const ipAddresses: Uint8Array[] = []
  const urls: GoUrl[] = []
  const inside = reader.inside(tags.sequence)
  while (!inside.isEmpty) {
    const { tag, contents } = inside.element()
    if (tag === contextTag(1)) emailAddresses.push(ia5(contents))
    if (tag === contextTag(2)) dnsNames.push(ia5(contents))
    if (tag === contextTag(6)) urls.push(urlOf(ia5(contents)))
    if (tag === contextTag(7)) ipAddresses.push(addressOf(contents))
  }
  const all = [dnsNames, emailAddresses, ipAddresses, urls]
  if (all.every(({ length }) => length === 0)) return undefined
  return { dnsNames, emailAddresses, ipAddresses, urls }
}

function addressOf(contents: Uint8Array): Uint8Array {
  if (contents.length !== 4 && contents.length !== 16) throw new BuiltinError('no IP address')
  return contents
}

function urlOf(text: string): GoUrl {
  const url = parseUrl(text)
  if (!isDomainName(url.host)) throw new BuiltinError('no domain name')
  return url
}

/** As little as Go asks of one. */
function isDomainName(name: string): boolean {
  return name === '' || name.split('.').every((label) => /^[\x21-\x7e]+$/.test(label))
}
