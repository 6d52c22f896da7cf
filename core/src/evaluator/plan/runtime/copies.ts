import type { RegoRecord } from '../../value.ts'
import type { Frame, Read, Step } from './builder.ts'
import { equalCode, named } from './named.ts'

/*
 * JavaScript engines keep what they learn about a property access with the text of the function it stands in, not with
 * the closure. One closure for all members would learn nothing, since it sees every key there is. So these have many
 * copies, and a key always gets the same one: what a policy reads by one key mostly has one shape. It makes loops over
 * objects 1.5 times as fast.
 */

/** By their types all may be records; what is none has no such member, or is read again by `named`. */
type Records = readonly (RegoRecord | null | undefined)[]
type ReadRecord = () => RegoRecord | null | undefined

/** The member of what is in a slot. */
export function slotMember(frame: Frame, slot: number, key: string): Read {
  return copyFor(key, slotMembers)(frame as Records, slot, key)
}

/** The member of anything. */
export function memberOf(read: Read, key: string): Read {
  return copyFor(key, members)(read as ReadRecord, key)
}

/** Whether the member of what is in a slot equals what is in another. */
export function slotMemberEqual(
  frame: Frame,
  slot: number,
  [key, other]: readonly [string, number],
): Step {
  return copyFor(key, equals)(frame as Records, slot, [key, other])
}

/** The copy that serves a key. */
export function copyFor<Copy>(key: string, copies: readonly Copy[]): Copy {
  let hash = key.length
  for (let at = 0; at < key.length; at++) hash = (hash * 31 + key.charCodeAt(at)) % 65_536
  return copies[hash % copies.length] as Copy
}

type SlotMember = (frame: Records, slot: number, key: string) => Read

// oxfmt-ignore
const slotMembers: readonly SlotMember[] = [
  (f, s, k) => () => f[s]?.[k] ?? named(f[s], k),
  (f, s, k) => () => f[s]?.[k] ?? named(f[s], k),
  (f, s, k) => () => f[s]?.[k] ?? named(f[s], k),
  (f, s, k) => () => f[s]?.[k] ?? named(f[s], k),
  (f, s, k) => () => f[s]?.[k] ?? named(f[s], k),
  (f, s, k) => () => f[s]?.[k] ?? named(f[s], k),
  (f, s, k) => () => f[s]?.[k] ?? named(f[s], k),
  (f, s, k) => () => f[s]?.[k] ?? named(f[s], k),
  (f, s, k) => () => f[s]?.[k] ?? named(f[s], k),
  (f, s, k) => () => f[s]?.[k] ?? named(f[s], k),
  (f, s, k) => () => f[s]?.[k] ?? named(f[s], k),
  (f, s, k) => () => f[s]?.[k] ?? named(f[s], k),
  (f, s, k) => () => f[s]?.[k] ?? named(f[s], k),
  (f, s, k) => () => f[s]?.[k] ?? named(f[s], k),
  (f, s, k) => () => f[s]?.[k] ?? named(f[s], k),
  (f, s, k) => () => f[s]?.[k] ?? named(f[s], k),
]

type Member = (read: ReadRecord, key: string) => Read

// oxfmt-ignore
const members: readonly Member[] = [
  (r, k) => () => { const o = r(); return o?.[k] ?? named(o, k) },
  (r, k) => () => { const o = r(); return o?.[k] ?? named(o, k) },
  (r, k) => () => { const o = r(); return o?.[k] ?? named(o, k) },
  (r, k) => () => { const o = r(); return o?.[k] ?? named(o, k) },
  (r, k) => () => { const o = r(); return o?.[k] ?? named(o, k) },
  (r, k) => () => { const o = r(); return o?.[k] ?? named(o, k) },
  (r, k) => () => { const o = r(); return o?.[k] ?? named(o, k) },
  (r, k) => () => { const o = r(); return o?.[k] ?? named(o, k) },
  (r, k) => () => { const o = r(); return o?.[k] ?? named(o, k) },
  (r, k) => () => { const o = r(); return o?.[k] ?? named(o, k) },
  (r, k) => () => { const o = r(); return o?.[k] ?? named(o, k) },
  (r, k) => () => { const o = r(); return o?.[k] ?? named(o, k) },
  (r, k) => () => { const o = r(); return o?.[k] ?? named(o, k) },
  (r, k) => () => { const o = r(); return o?.[k] ?? named(o, k) },
  (r, k) => () => { const o = r(); return o?.[k] ?? named(o, k) },
  (r, k) => () => { const o = r(); return o?.[k] ?? named(o, k) },
]

type Equal = (frame: Records, slot: number, others: readonly [key: string, other: number]) => Step

// oxfmt-ignore
const equals: readonly Equal[] = [
  (f, s, [k, o]) => () => equalCode(f[s]?.[k] ?? named(f[s], k), f[o]),
  (f, s, [k, o]) => () => equalCode(f[s]?.[k] ?? named(f[s], k), f[o]),
  (f, s, [k, o]) => () => equalCode(f[s]?.[k] ?? named(f[s], k), f[o]),
  (f, s, [k, o]) => () => equalCode(f[s]?.[k] ?? named(f[s], k), f[o]),
  (f, s, [k, o]) => () => equalCode(f[s]?.[k] ?? named(f[s], k), f[o]),
  (f, s, [k, o]) => () => equalCode(f[s]?.[k] ?? named(f[s], k), f[o]),
  (f, s, [k, o]) => () => equalCode(f[s]?.[k] ?? named(f[s], k), f[o]),
  (f, s, [k, o]) => () => equalCode(f[s]?.[k] ?? named(f[s], k), f[o]),
  (f, s, [k, o]) => () => equalCode(f[s]?.[k] ?? named(f[s], k), f[o]),
  (f, s, [k, o]) => () => equalCode(f[s]?.[k] ?? named(f[s], k), f[o]),
  (f, s, [k, o]) => () => equalCode(f[s]?.[k] ?? named(f[s], k), f[o]),
  (f, s, [k, o]) => () => equalCode(f[s]?.[k] ?? named(f[s], k), f[o]),
  (f, s, [k, o]) => () => equalCode(f[s]?.[k] ?? named(f[s], k), f[o]),
  (f, s, [k, o]) => () => equalCode(f[s]?.[k] ?? named(f[s], k), f[o]),
  (f, s, [k, o]) => () => equalCode(f[s]?.[k] ?? named(f[s], k), f[o]),
  (f, s, [k, o]) => () => equalCode(f[s]?.[k] ?? named(f[s], k), f[o]),
]
