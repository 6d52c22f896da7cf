import { isJsonObject } from '../../../json/equal.ts'
import type { Json } from '../../../json/json.ts'
import { toJson } from '../../value-json.ts'
import type { RegoValue } from '../../value.ts'
import { BuiltinError } from '../operand.ts'

/** Reads a member of a tree; `undefined` when it is absent. */
export type Read<Result> = (value: Json | undefined) => Result

/** How each member of a node is read. */
export type Shape<Node> = { readonly [Name in keyof Node]-?: Read<Node[Name]> }

/**
 * Members of Go's structs that no shape has: what its validator fills in. Given by a policy they would count, and
 * positions too.
 */
const refused =
  /^(?:definition|objectdefinition|parentdefinition|variabledefinition|expectedtype|position)$/i

/** A syntax tree given as a value, read as Go's `encoding/json` reads it into gqlparser's structs. */
export function decodeTree<Node>(value: RegoValue, read: Read<Node>): Node {
  return read(toJson(value))
}

/** An object whose absent members count as empty. Throws a `BuiltinError` for a member of the wrong type. */
export function object<Node>(shape: () => Shape<Node>): Read<Node> {
  return (value) => {
    if (!isJsonObject(value)) throw wrong('an object')
    const readers = shape()
    expectPlain(Object.keys(value), Object.keys(readers))
    const node: Partial<Node> = {}
    for (const name of Object.keys(readers) as (keyof Node & string)[])
      node[name] = readers[name](Object.hasOwn(value, name) ? value[name] : undefined)
    return node as Node
  }
}

/** Go finds members in letters of either case. */
function expectPlain(given: readonly string[], known: readonly string[]): void {
  const folded = new Set(known.map((name) => name.toLowerCase()))
  for (const name of given) {
    if (known.includes(name)) continue
    if (folded.has(name.toLowerCase()) || refused.test(name))
      throw new RangeError(`${name} of a syntax tree is not read`)
  }
}

export function optional<Node>(read: Read<Node>): Read<Node | null> {
  return (value) => (value === undefined || value === null ? null : read(value))
}

/** gqlparser fails when it is absent. */
export function required<Node>(read: Read<Node>): Read<Node> {
  return (value) => {
    if (value === undefined || value === null) throw new RangeError('a syntax tree has a hole')
    return read(value)
  }
}

export function list<Item>(read: Read<Item>): Read<Item[]> {
  const item = required(read)
  return (value) => {
    if (value === undefined || value === null) return []
    if (!isArray(value)) throw wrong('a list')
    return value.map(item)
  }
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

export function text(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw wrong('a text')
  return value
}

export function flag(value: Json | undefined): boolean {
  if (value === undefined || value === null) return false
  if (typeof value !== 'boolean') throw wrong('a boolean')
  return value
}

/** One of these; what gqlparser would fail on is refused. */
export function oneOf<Item extends Json>(items: readonly Item[], absent?: Item): Read<Item> {
  return (value) => {
    const found = items.find((item) => item === value)
    if (found !== undefined) return found
    if (value === undefined && absent !== undefined) return absent
    if (value !== undefined && value !== null && typeof value !== typeof items[0])
      throw wrong(`a ${typeof items[0]}`)
    throw new RangeError('a kind in a syntax tree that there is none of')
  }
}

function wrong(expected: string): BuiltinError {
  return new BuiltinError(`a member of a syntax tree must be ${expected}`)
}
