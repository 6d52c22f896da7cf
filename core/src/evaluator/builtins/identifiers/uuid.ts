import { numberOf, type JsonNumber } from '../../../json/number.ts'
import { objectOf, type RegoEntry, type RegoObjectValue, type RegoValue } from '../../value.ts'
import { bytesFromHex, hexFrom } from '../bytes.ts'
import { stringOperand } from '../operand.ts'

const digits = '([\\da-f]{8})-([\\da-f]{4})-([\\da-f]{4})-([\\da-f]{4})-([\\da-f]{12})'
/** As google/uuid takes them: plain, as URN, in any two characters, or without dashes. */
const forms = [
  `^${digits}$`,
  `^urn:uuid:${digits}$`,
  `^[\\0-\\x7f]${digits}[\\0-\\x7f]$`,
  '^([\\da-f]{32})$',
].map((form) => new RegExp(form, 'i'))

/** Version and variant; of versions 1 and 2 also time (nanoseconds since 1970), node and clock sequence. Nothing if it is no UUID. */
export function uuidParse([text]: readonly RegoValue[]): RegoObjectValue | undefined {
  const source = stringOperand(text)
  const match = forms.map((form) => form.exec(source)).find((each) => each !== null)
  if (!match) return undefined
  const bytes = bytesFromHex(match.slice(1).join(''))
  const view = new DataView(bytes.buffer)
  const version = view.getUint8(6) >> 4
  return objectOf([
    ['version', version],
    ['variant', variantOf(view.getUint8(8))],
    ...(version === 1 || version === 2 ? originOf(view, hexFrom(bytes.slice(10))) : []),
    ...(version === 2 ? ownerOf(view) : []),
  ])
}

function variantOf(byte: number): string {
  if (byte >> 6 === 0b10) return 'RFC4122'
  if (byte >> 5 === 0b110) return 'Microsoft'
  return byte >> 5 === 0b111 ? 'Future' : 'Reserved'
}

function originOf(view: DataView, node: string): readonly RegoEntry[] {
  return [
    ['time', timeOf(view)],
    ['nodeid', node.replace(/..(?=.)/g, '$&-')],
    ['macvariables', macVariables(view.getUint8(10))],
    ['clocksequence', view.getUint16(8) & 0x3fff],
  ]
}

/** From October 15, 1582, the start of UUID time, to 1970, in steps of 100 ns. */
const startOf1970 = 122_192_928_000_000_000n

/** Wraps around at 64 bits as Go does. */
function timeOf(view: DataView): JsonNumber {
  const high = BigInt(view.getUint16(6) & 0xfff) << 48n
  const ticks = high | (BigInt(view.getUint16(4)) << 32n) | BigInt(view.getUint32(0))
  return numberOf(BigInt.asIntN(64, (ticks - startOf1970) * 100n))
}

function macVariables(byte: number): string {
  return `${byte & 0b10 ? 'local' : 'global'}:${byte & 0b01 ? 'multicast' : 'unicast'}`
}

function ownerOf(view: DataView): readonly RegoEntry[] {
  const domain = view.getUint8(9)
  return [
    ['id', view.getUint32(0)],
    ['domain', ['Person', 'Group', 'Org'][domain] ?? `Domain${domain}`],
  ]
}
