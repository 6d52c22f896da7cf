import { BuiltinError } from '../operand.ts'

/** An address as 128 bits; those of version 4 are mapped: `::ffff:1.2.3.4`. */
export type Address = bigint

export type Network = {
  readonly start: Address
  /** Of the 128 bits, those that all addresses of the network share. */
  readonly prefix: number
  /** Written as version 4; a mapped network may also be written as version 6. */
  readonly isVersion4: boolean
}

const mapped = 0xffffn
const groupCount = 8

export function isMapped(address: Address): boolean {
  return address >> 32n === mapped
}

/** Go's `net.ParseIP`: no zones, no leading zeros in version 4. */
export function parseAddress(text: string): Address | undefined {
  if (text.includes(':')) return parseVersion6(text)
  const address = parseVersion4(text)
  return address === undefined ? undefined : (mapped << 32n) | address
}

/** Go's `net.ParseCIDR`; what the prefix does not cover is dropped. */
export function parseNetwork(text: string): Network {
  const [, host = '', length = ''] = /^([^/]*)\/(\d+)$/.exec(text) ?? []
  const address = parseAddress(host)
  const isVersion4 = !host.includes(':')
  if (address === undefined || Number(length) > (isVersion4 ? 32 : 128))
    throw new BuiltinError('invalid CIDR address')
  const prefix = Number(length) + (isVersion4 ? 96 : 0)
  return { start: maskAddress(address, prefix), prefix, isVersion4 }
}

export function maskAddress(address: Address, prefix: number): Address {
  const rest = BigInt(128 - prefix)
  return (address >> rest) << rest
}

export function lastOf({ start, prefix }: Network): Address {
  return start | ((1n << BigInt(128 - prefix)) - 1n)
}

/** As `net.IPNet.Contains`: networks of one version never hold addresses of the other. */
export function holds({ start, prefix }: Network, address: Address): boolean {
  return isMapped(start) === isMapped(address) && maskAddress(address, prefix) === start
}

/** As Go writes it; mapped addresses as version 4. */
export function formatAddress(address: Address): string {
  const groups = Array.from({ length: groupCount }, (_, at) =>
    Number((address >> BigInt(16 * (groupCount - 1 - at))) & mapped),
  )
  if (isMapped(address))
    return groups
      .slice(-2)
      .flatMap((group) => [group >> 8, group & 255])
      .join('.')
  const text = groups.map((group) => group.toString(16)).join(':')
  return withoutZeros(text)
}

/** The first of the longest runs of at least two zeros becomes `::`. */
function withoutZeros(text: string): string {
  const runs = [...text.matchAll(/(?<![^:])0(?::0)+(?![^:])/g)]
  const longest = runs.reduce((best, [run]) => (run.length > best.length ? run : best), '')
  const at = runs.find(([run]) => run === longest)?.index
  if (at === undefined) return text
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + longest.length).replace(/^:/, '')}`
}

function parseVersion4(text: string): bigint | undefined {
  if (!/^(?:(?:0|[1-9]\d{0,2})(?:\.(?!$)|$)){4}$/.test(text)) return undefined
  const parts = text.split('.').map(Number)
  if (parts.some((part) => part > 255)) return undefined
  return BigInt(parts.reduce((address, part) => address * 256 + part, 0))
}

/** Eight groups, the last two also as version 4, with one run of at least one group left out as `::`. */
function parseVersion6(text: string): Address | undefined {
  const [head = '', tail, more] = text.split('::')
  const [before, after] = [groupsOf(head, tail === undefined), groupsOf(tail ?? '', true)]
  if (!before || !after || more !== undefined) return undefined
  const missing = groupCount - before.length - after.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  return joined([...before, ...Array<number>(missing).fill(0), ...after])
}

function groupsOf(text: string, isEnd: boolean): readonly number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const dotted = isEnd && parts.at(-1)?.includes('.') ? parseVersion4(parts.pop() ?? '') : 0n
  if (dotted === undefined || !parts.every((part) => /^[\da-f]{1,4}$/i.test(part))) return undefined
  const groups = parts.map((part) => Number.parseInt(part, 16))
  return text.includes('.') ? [...groups, Number(dotted >> 16n), Number(dotted & mapped)] : groups
}

function joined(groups: readonly number[]): bigint {
  return groups.reduce((address, group) => (address << 16n) | BigInt(group), 0n)
}
