import { setMember } from '../../../json/member.ts'
import {
  getMember,
  isEqual,
  isObjectValue,
  membersOf,
  RegoObject,
  RegoSet,
  type RegoObjectValue,
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

/** Collections of nested rules, which are read again to be added to. Nothing else that was read may be changed. */
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
    else if (isMade(before) || !isEqual(before, value)) throw keyConflict()
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

/** What a nested rule adds to: where another rule has put a value of its own, both cannot be. */
function ownSet(slot: number, builder: Builder): () => RegoSet {
  const own = ownCollection(slot, builder)
  return () => {
    const set = own()
    if (set instanceof RegoSet) return set
    throw keyConflict()
  }
}

function ownObject(slot: number, builder: Builder): () => RegoObjectValue {
  const own = ownCollection(slot, builder)
  return () => {
    const object = own()
    if (isObjectValue(object)) return object
    throw keyConflict()
  }
}

function ownCollection(slot: number, { frame, isOwn }: Builder): () => RegoValue | undefined {
  if (isOwn(slot)) return () => frame[slot]
  return () => {
    const collection = frame[slot]
    if (isMade(collection)) return collection
    throw keyConflict()
  }
}

function isMade(value: RegoValue | undefined): boolean {
  return typeof value === 'object' && value !== null && made.has(value)
}

function keyConflict(): Error {
  return conflict('object keys must be unique')
}
