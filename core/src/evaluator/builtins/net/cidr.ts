import {
  entriesOf,
  isArrayValue,
  isObjectValue,
  RegoSet,
  setOf,
  type RegoValue,
} from '../../value.ts'
import { BuiltinError, stringOperand } from '../operand.ts'
import {
  formatAddress,
  holds,
  isMapped,
  lastOf,
  maskAddress,
  parseAddress,
  parseNetwork,
  type Network,
} from './address.ts'

export function cidrIsValid([text]: readonly RegoValue[]): boolean {
  try {
    return typeof text === 'string' && parseNetwork(text) !== undefined
  } catch {
    return false
  }
}

/** Whether an address or all of a network lies in a network. */
export function cidrContains([outer = null, inner = null]: readonly RegoValue[]): boolean {
  return contains(outer, inner)
}

export function cidrIntersects([left, right]: readonly RegoValue[]): boolean {
  const [first, second] = [parseNetwork(stringOperand(left)), parseNetwork(stringOperand(right))]
  return holds(first, second.start) || holds(second, first.start)
}

const mostAddresses = 1n << 20n

/** Every address of a network, of which there may be a million. */
export function cidrExpand([text]: readonly RegoValue[]): RegoSet {
  const network = parseNetwork(stringOperand(text))
  const count = lastOf(network) - network.start + 1n
  if (count > mostAddresses)
    throw new RangeError(`net.cidr_expand: more than ${mostAddresses} addresses`)
  return new RegoSet(
    Array.from({ length: Number(count) }, (_, at) => formatAddress(network.start + BigInt(at))),
  )
}

/** Pairs of places, of a network in the first and of a network or address in the second that it contains. */
export function cidrContainsMatches([
  networks = null,
  others = null,
]: readonly RegoValue[]): RegoSet {
  const candidates = placesOf(networks).map((place) => ({ ...place, others: placesOf(others) }))
  return setOf(
    candidates.flatMap(({ cidr, index, others: found }) =>
      found.filter((other) => contains(cidr, other.cidr)).map((other) => [index, other.index]),
    ),
  )
}

type Place = { readonly cidr: RegoValue; readonly index: RegoValue }

function placesOf(value: RegoValue): readonly Place[] {
  if (typeof value === 'string') return [{ cidr: value, index: value }]
  if (isArrayValue(value)) return value.map((item, index) => ({ cidr: cidrOf(item), index }))
  if (value instanceof RegoSet)
    return value.items.map((item) => ({ cidr: cidrOf(item), index: item }))
  if (!isObjectValue(value)) return []
  return entriesOf(value).map(([index, item]) => ({ cidr: cidrOf(item), index }))
}

/** The text itself, or what an array begins with. */
function cidrOf(item: RegoValue): RegoValue {
  const cidr = isArrayValue(item) ? item[0] : item
  if (cidr === undefined || (cidr === item && typeof cidr !== 'string'))
    throw new BuiltinError('element must be string or non-empty array')
  return cidr
}

function contains(outer: RegoValue, inner: RegoValue): boolean {
  const [network, text] = [parseNetwork(stringOperand(outer)), stringOperand(inner)]
  const address = parseAddress(text)
  if (address !== undefined) return holds(network, address)
  const part = parseNetwork(text)
  if (isPlainVersion6(network) && isPlainVersion6(part))
    return (
      network.prefix <= part.prefix && maskAddress(part.start, network.prefix) === network.start
    )
  return holds(network, part.start) && holds(network, lastOf(part))
}

function isPlainVersion6({ start, isVersion4 }: Network): boolean {
  return !isVersion4 && !isMapped(start)
}
