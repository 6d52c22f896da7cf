import { textFrom } from '../bytes.ts'
import { BuiltinError } from '../operand.ts'
import { malformed, tags, type DerReader } from './der.ts'

/** One attribute of a distinguished name. */
export interface Attribute {
  /** `2.5.4.3` */
  readonly oid: string
  readonly value: string
}

/** `certificates` follow `crypto/x509`, requests for them `encoding/asn1`, which knows more types than texts. */
type Reading = 'certificate' | 'request'

/** An X.501 name, its relative names flattened. */
export function readName(
  reader: DerReader,
  reading: Reading = 'certificate',
): readonly Attribute[] {
  const attributes: Attribute[] = []
  while (!reader.isEmpty) {
    const set = reader.inside(tags.set)
    while (!set.isEmpty) attributes.push(readAttribute(set.inside(tags.sequence), reading))
  }
  return attributes
}

const sharedTypes = [0x0c, 0x12, 0x13, 0x16]

function readAttribute(reader: DerReader, reading: Reading): Attribute {
  const oid = reader.oid()
  const { tag, contents } = reader.element()
  if (reading === 'request' && !sharedTypes.includes(tag))
    throw new RangeError('names of other types are not read')
  return { oid, value: textOf(tag, contents) }
}

/** Texts by tag, as `crypto/x509` reads them. */
function textOf(tag: number, contents: Uint8Array): string {
  switch (tag) {
    case 0x0c:
      return utf8(contents)
    case 0x12:
      return matching(latin1(contents), /^[\d ]*$/)
    case 0x13:
      return matching(latin1(contents), /^[\w'()+,\-./ :=?*&]*$/)
    case 0x14:
      return latin1(contents)
    case 0x16:
      return ia5(contents)
    case 0x1e:
      return twoByteText(contents)
    default:
      throw new BuiltinError('no text')
  }
}

/** Seven bits a character. */
export function ia5(contents: Uint8Array): string {
  // oxlint-disable-next-line no-control-regex -- they are part of the alphabet
  return matching(latin1(contents), /^[\0-\x7f]*$/)
}

function utf8(contents: Uint8Array): string {
  try {
    return textFrom(contents)
  } catch {
    throw malformed()
  }
}

function twoByteText(contents: Uint8Array): string {
  if (contents.length % 2 !== 0) throw malformed()
  const units = Array.from({ length: contents.length / 2 }, (_, at) => {
    const [high = 0, low = 0] = contents.subarray(at * 2)
    return high * 256 + low
  })
  if (units.at(-1) === 0) units.pop()
  return matching(String.fromCharCode(...units), /^[^\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]*$/)
}

export function latin1(contents: Uint8Array): string {
  return Array.from(contents, (byte) => String.fromCharCode(byte)).join('')
}

function matching(text: string, alphabet: RegExp): string {
  if (!alphabet.test(text)) throw malformed()
  return text
}
