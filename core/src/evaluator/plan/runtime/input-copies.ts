import type { RegoRecord } from '../../value.ts'
import type { Builder, Frame, Read, Step } from './builder.ts'
import { copyFor } from './copies.ts'
import { named } from './named.ts'
import type { Run } from './run.ts'

/* More copies, of what reads the input. */

/** By their types all may be records; what is none has no such member, or is read again by `named`. */
type Document = { readonly input: RegoRecord | null | undefined }
type Inner = RegoRecord | null | undefined

/** The member of the input. */
export function inputMember(run: Run, key: string): Read {
  return copyFor(key, inputMembers)(run as Document, key)
}

/** The member of a member of the input. */
export function innerInputMember(run: Run, outer: string, key: string): Read {
  return copyFor(outer + key, innerInputMembers)(run as Document, outer, key)
}

/** Sets a slot to a member of the input; fails when there is none. */
export function letMember({ run, frame }: Builder, slot: number, key: string): Step {
  return copyFor(key, letMembers)(run as Document, [frame, slot], key)
}

/** The same for a member of a member. */
export function letInner(
  { run, frame }: Builder,
  slot: number,
  [outer, key]: readonly [string, string],
): Step {
  return copyFor(outer + key, letInners)(run as Document, [frame, slot], [outer, key])
}

type InputMember = (run: Document, key: string) => Read

// oxfmt-ignore
const inputMembers: readonly InputMember[] = [
  (r, k) => () => r.input?.[k] ?? named(r.input, k),
  (r, k) => () => r.input?.[k] ?? named(r.input, k),
  (r, k) => () => r.input?.[k] ?? named(r.input, k),
  (r, k) => () => r.input?.[k] ?? named(r.input, k),
  (r, k) => () => r.input?.[k] ?? named(r.input, k),
  (r, k) => () => r.input?.[k] ?? named(r.input, k),
  (r, k) => () => r.input?.[k] ?? named(r.input, k),
  (r, k) => () => r.input?.[k] ?? named(r.input, k),
  (r, k) => () => r.input?.[k] ?? named(r.input, k),
  (r, k) => () => r.input?.[k] ?? named(r.input, k),
  (r, k) => () => r.input?.[k] ?? named(r.input, k),
  (r, k) => () => r.input?.[k] ?? named(r.input, k),
  (r, k) => () => r.input?.[k] ?? named(r.input, k),
  (r, k) => () => r.input?.[k] ?? named(r.input, k),
  (r, k) => () => r.input?.[k] ?? named(r.input, k),
  (r, k) => () => r.input?.[k] ?? named(r.input, k),
]

type InnerInputMember = (run: Document, outer: string, key: string) => Read

// oxfmt-ignore
const innerInputMembers: readonly InnerInputMember[] = [
  (r, o, k) => () => (r.input?.[o] as Inner)?.[k] ?? named(named(r.input, o), k),
  (r, o, k) => () => (r.input?.[o] as Inner)?.[k] ?? named(named(r.input, o), k),
  (r, o, k) => () => (r.input?.[o] as Inner)?.[k] ?? named(named(r.input, o), k),
  (r, o, k) => () => (r.input?.[o] as Inner)?.[k] ?? named(named(r.input, o), k),
  (r, o, k) => () => (r.input?.[o] as Inner)?.[k] ?? named(named(r.input, o), k),
  (r, o, k) => () => (r.input?.[o] as Inner)?.[k] ?? named(named(r.input, o), k),
  (r, o, k) => () => (r.input?.[o] as Inner)?.[k] ?? named(named(r.input, o), k),
  (r, o, k) => () => (r.input?.[o] as Inner)?.[k] ?? named(named(r.input, o), k),
]

type Slot = readonly [Frame, number]
type LetMember = (run: Document, slot: Slot, key: string) => Step

// oxfmt-ignore
const letMembers: readonly LetMember[] = [
  (r, [f, s], k) => () => (f[s] = r.input?.[k] ?? named(r.input, k)) === undefined ? 1 : 0,
  (r, [f, s], k) => () => (f[s] = r.input?.[k] ?? named(r.input, k)) === undefined ? 1 : 0,
  (r, [f, s], k) => () => (f[s] = r.input?.[k] ?? named(r.input, k)) === undefined ? 1 : 0,
  (r, [f, s], k) => () => (f[s] = r.input?.[k] ?? named(r.input, k)) === undefined ? 1 : 0,
  (r, [f, s], k) => () => (f[s] = r.input?.[k] ?? named(r.input, k)) === undefined ? 1 : 0,
  (r, [f, s], k) => () => (f[s] = r.input?.[k] ?? named(r.input, k)) === undefined ? 1 : 0,
  (r, [f, s], k) => () => (f[s] = r.input?.[k] ?? named(r.input, k)) === undefined ? 1 : 0,
  (r, [f, s], k) => () => (f[s] = r.input?.[k] ?? named(r.input, k)) === undefined ? 1 : 0,
  (r, [f, s], k) => () => (f[s] = r.input?.[k] ?? named(r.input, k)) === undefined ? 1 : 0,
  (r, [f, s], k) => () => (f[s] = r.input?.[k] ?? named(r.input, k)) === undefined ? 1 : 0,
  (r, [f, s], k) => () => (f[s] = r.input?.[k] ?? named(r.input, k)) === undefined ? 1 : 0,
  (r, [f, s], k) => () => (f[s] = r.input?.[k] ?? named(r.input, k)) === undefined ? 1 : 0,
  (r, [f, s], k) => () => (f[s] = r.input?.[k] ?? named(r.input, k)) === undefined ? 1 : 0,
  (r, [f, s], k) => () => (f[s] = r.input?.[k] ?? named(r.input, k)) === undefined ? 1 : 0,
  (r, [f, s], k) => () => (f[s] = r.input?.[k] ?? named(r.input, k)) === undefined ? 1 : 0,
  (r, [f, s], k) => () => (f[s] = r.input?.[k] ?? named(r.input, k)) === undefined ? 1 : 0,
]

type LetInner = (run: Document, slot: Slot, keys: readonly [outer: string, key: string]) => Step

// oxfmt-ignore
const letInners: readonly LetInner[] = [
  (r, [f, s], [o, k]) => () => (f[s] = (r.input?.[o] as Inner)?.[k] ?? named(named(r.input, o), k)) === undefined ? 1 : 0,
  (r, [f, s], [o, k]) => () => (f[s] = (r.input?.[o] as Inner)?.[k] ?? named(named(r.input, o), k)) === undefined ? 1 : 0,
  (r, [f, s], [o, k]) => () => (f[s] = (r.input?.[o] as Inner)?.[k] ?? named(named(r.input, o), k)) === undefined ? 1 : 0,
  (r, [f, s], [o, k]) => () => (f[s] = (r.input?.[o] as Inner)?.[k] ?? named(named(r.input, o), k)) === undefined ? 1 : 0,
  (r, [f, s], [o, k]) => () => (f[s] = (r.input?.[o] as Inner)?.[k] ?? named(named(r.input, o), k)) === undefined ? 1 : 0,
  (r, [f, s], [o, k]) => () => (f[s] = (r.input?.[o] as Inner)?.[k] ?? named(named(r.input, o), k)) === undefined ? 1 : 0,
  (r, [f, s], [o, k]) => () => (f[s] = (r.input?.[o] as Inner)?.[k] ?? named(named(r.input, o), k)) === undefined ? 1 : 0,
  (r, [f, s], [o, k]) => () => (f[s] = (r.input?.[o] as Inner)?.[k] ?? named(named(r.input, o), k)) === undefined ? 1 : 0,
]
