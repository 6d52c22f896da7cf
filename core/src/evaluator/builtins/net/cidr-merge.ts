import { itemsOf, setOf, type RegoSet, type RegoValue } from '../../value.ts'
import { BuiltinError, stringOperand } from '../operand.ts'
import {
  formatAddress,
  isMapped,
  lastOf,
  parseAddress,
  parseNetwork,
  type Address,
} from './address.ts'

/** `cidr` is the text of a network that has not been merged with another. */
type Range = { readonly first: Address; readonly last: Address; readonly cidr?: string }

/**
 * The fewest networks with the addresses of all these. An address of version 4 stands for its class: 10.0.0.1 is
 * `10.0.0.1/8`. What Go gets wrong is refused with an error: mapped networks in version 6 notation, and merged
 * networks that begin below 100:: and are not a single one from :: on.
 */
export function cidrMerge([networks]: readonly RegoValue[]): RegoSet {
  const items = itemsOf(networks)
  if (!items) throw new BuiltinError('operand must be an array')
  return setOf(mergeRanges(items.map((item) => readRange(stringOperand(item)))).flatMap(cidrsOf))
}

function readRange(text: string): Range {
  const address = parseAddress(text)
  if (address === undefined) return rangeOf(text)
  if (!isMapped(address)) throw new BuiltinError('IPv6 invalid: needs prefix length')
  const cidr = `${formatAddress(address)}/${classLength(address)}`
  return { ...rangeOf(cidr), cidr }
}

function rangeOf(text: string): Range {
  const network = parseNetwork(text)
  if (!network.isVersion4 && isMapped(network.start))
    throw new RangeError('net.cidr_merge does not know mapped networks here')
  const { start, prefix } = network
  return { first: start, last: lastOf(network), cidr: formatCidr(start, prefix) }
}

/** Networks of classes A, B, and C. */
function classLength(address: Address): number {
  const byte = Number((address >> 24n) & 0xffn)
  if (byte < 0x80) return 8
  return byte < 0xc0 ? 16 : 24
}

/** From the end, each range joins the one before that it touches. */
function mergeRanges(ranges: readonly Range[]): readonly Range[] {
  const merged: Range[] = []
  for (const range of ranges.toSorted(compareRanges).toReversed()) {
    const after = merged.at(-1)
    if (after && previousOf(after.first) <= range.last) {
      const first = range.first < after.first ? range.first : after.first
      merged.splice(-1, 1, { first, last: after.last })
    } else merged.push(range)
  }
  return merged
}

function compareRanges(left: Range, right: Range): number {
  if (left.last !== right.last) return left.last < right.last ? -1 : 1
  if (left.first === right.first) return 0
  return left.first < right.first ? -1 : 1
}

/** Nothing comes before the first address of either version. */
function previousOf(address: Address): Address {
  return address === 0n || address === 0xffffn << 32n ? address : address - 1n
}

function cidrsOf({ first, last, cidr }: Range): readonly string[] {
  if (cidr !== undefined) return [cidr]
  const isVersion4 = isMapped(first) && isMapped(last)
  const isFromZero = first === 0n && (last & (last + 1n)) === 0n
  if (!isVersion4 && first >> 120n === 0n && !isFromZero)
    throw new RangeError('net.cidr_merge does not know merged networks below 100:: here')
  const cidrs: string[] = []
  for (let start = first; start <= last;) {
    const prefix = largestPrefix(start, last, isVersion4 ? 96 : 0)
    cidrs.push(formatCidr(start, prefix))
    start += 1n << BigInt(128 - prefix)
  }
  return cidrs
}

/** Of the largest network that begins here and does not end behind the last address. */
function largestPrefix(start: Address, last: Address, least: number): number {
  let prefix = 128
  while (prefix > least) {
    const size = 1n << BigInt(129 - prefix)
    if (start % size !== 0n || start + size - 1n > last) return prefix
    prefix--
  }
  return prefix
}

function formatCidr(start: Address, prefix: number): string {
  return `${formatAddress(start)}/${isMapped(start) ? prefix - 96 : prefix}`
}
