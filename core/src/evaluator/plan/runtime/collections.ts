import { setMember } from '../../../json/member.ts'
import {
  getMember,
  isEqual,
  membersOf,
  RegoObject,
  RegoSet,
  type RegoObjectValue,
  type RegoRecord,
  type RegoValue,
} from '../../value.ts'
import type { Kind } from '../program.ts'
import type { Builder, Read, Step } from './builder.ts'
import { conflict } from './run.ts'

type Made = RegoValue[] | RegoSet | RegoObject | Record<string, RegoValue>

const empty: Readonly<Record<Kind, () => Made>> = {
  array: () => [],
  object: () => ({}),
  set: () => new RegoSet(),
}

/** What a decision made and may therefore change. A slot that was read from elsewhere may hold anything. */
const made = new WeakSet<object>()

export function maker(slot: number, kind: Kind, { frame, isOwn }: Builder): Step {
  const make = empty[kind]
  const isAlwaysOwn = isOwn(slot)
  return () => {
    const value = make()
    if (!isAlwaysOwn) made.add(value)
    frame[slot] = value
    return 0
  }
}

export function appender(slot: number, read: Read, { frame }: Builder): Step {
  return () => {
    const value = read()
    if (value === undefined) return 1
    ;(frame[slot] as RegoValue[]).push(value)
    return 0
  }
}

export function adder(slot: number, read: Read, builder: Builder): Step {
  const target = ownSet(slot, builder)
  return () => {
    const value = read()
    if (value === undefined) return 1
    target().add(value)
    return 0
  }
}

type Entry = readonly [key: Read, value: Read]

export function inserter(slot: number, [readKey, readValue]: Entry, builder: Builder): Step {
  const target = ownObject(slot, builder)
  return () => {
    const key = readKey()
    const value = key === undefined ? undefined : readValue()
    if (key === undefined || value === undefined) return 1
    builder.frame[slot] = inserted(target(), key, value)
    return 0
  }
}

export function onceInserter(slot: number, [readKey, readValue]: Entry, builder: Builder): Step {
  const target = ownObject(slot, builder)
  return () => {
    const key = readKey()
    const value = key === undefined ? undefined : readValue()
    if (key === undefined || value === undefined) return 1
    const object = target()
    const before = getMember(object, key)
    if (before === undefined) builder.frame[slot] = inserted(object, key, value)
    else if (!isEqual(before, value)) throw conflict('object keys must be unique')
    return 0
  }
}

/** Objects are records until a key is no text. */
function inserted(object: RegoObjectValue, key: RegoValue, value: RegoValue): RegoObjectValue {
  if (typeof key === 'string' && !(object instanceof RegoObject)) {
    setMember(object as Record<string, RegoValue>, key, value)
    return object
  }
  const target = object instanceof RegoObject ? object : new RegoObject(membersOf(object))
  target.set(key, value)
  if (made.has(object)) made.add(target)
  return target
}

function ownSet(slot: number, { frame, isOwn }: Builder): () => RegoSet {
  if (isOwn(slot)) return () => frame[slot] as RegoSet
  return () => {
    const set = frame[slot]
    if (!(set instanceof RegoSet)) throw conflict('object keys must be unique')
    if (made.has(set)) return set
    const copy = new RegoSet([...set.members])
    made.add(copy)
    frame[slot] = copy
    return copy
  }
}

function ownObject(slot: number, { frame, isOwn }: Builder): () => RegoObjectValue {
  if (isOwn(slot)) return () => frame[slot] as RegoObjectValue
  return () => {
    const object = frame[slot] as RegoObjectValue
    if (made.has(object)) return object
    const copy = copyOf(object)
    made.add(copy)
    return copy
  }
}

function copyOf(object: RegoObjectValue): RegoObjectValue {
  return object instanceof RegoObject
    ? new RegoObject(object.members)
    : { ...(object as RegoRecord) }
}
