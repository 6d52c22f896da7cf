import type { Json } from '@vedette/core/json/json'
import { numberFrom } from '@vedette/core/json/number'
import * as v from 'valibot'

/** What a plan reads of its input. */
export interface Reads {
  /** Paths below `input`, longest last. */
  readonly paths: readonly (readonly string[])[]
  /** By path as JSON: literals that the value there is compared with. */
  readonly expected: ReadonlyMap<string, readonly Json[]>
  readonly literals: readonly Json[]
}

type Path = readonly string[]
type Operand = { readonly type: string; readonly value: unknown }
/** A statement's members, flat: statements nest in `block` and `blocks`. */
type Statement = { readonly type: string; readonly stmt: Readonly<Record<string, unknown>> }

const inputLocal = 0
const StringsSchema = v.object({
  static: v.object({
    strings: v.optional(v.nullable(v.array(v.object({ value: v.string() }))), []),
  }),
  funcs: v.object({
    funcs: v.optional(v.nullable(v.array(v.object({ blocks: v.unknown() }))), []),
  }),
})

/** Reads OPA's IR (v1/ir of its Go module); what it does not know it passes over. */
export function readsOfInput(plan: unknown): Reads {
  const known = v.parse(StringsSchema, plan)
  const strings = (known.static.strings ?? []).map(({ value }) => value)
  const collected = { paths: new Map<string, Path>(), expected: new Map(), literals: new Set() }
  for (const { blocks } of known.funcs.funcs ?? []) {
    const trail: Trail = { strings, places: new Map([[inputLocal, []]]), values: new Map() }
    for (const statement of statementsIn(blocks)) follow(statement, trail, collected as Collected)
  }
  const { paths, expected, literals } = collected as Collected
  const sorted = [...paths.values()].sort((a, b) => a.length - b.length)
  return { paths: sorted, expected, literals: [...literals] }
}

/** What is known of the locals of one function. */
interface Trail {
  readonly strings: readonly string[]
  readonly places: Map<number, Path>
  readonly values: Map<number, readonly Json[]>
}

interface Collected {
  readonly paths: Map<string, Path>
  readonly expected: Map<string, Json[]>
  readonly literals: Set<Json>
}

function follow({ type, stmt }: Statement, trail: Trail, collected: Collected): void {
  const { strings, places, values } = trail
  const target = Number(stmt['target'])
  if (type === 'DotStmt') {
    const path = placeOf(stmt['source'], trail)
    const [key] = literalsOf(stmt['key'], trail)
    if (!path || typeof key !== 'string') return
    places.set(target, [...path, key])
    collected.paths.set(keyOf([...path, key]), [...path, key])
  } else if (type === 'AssignVarStmt' || type === 'AssignVarOnceStmt') {
    const path = placeOf(stmt['source'], trail)
    if (path) places.set(target, path)
    const literals = literalsOf(stmt['source'], trail)
    if (literals.length > 0) values.set(target, literals)
  } else if (type === 'MakeNumberRefStmt') {
    values.set(target, numbersAround(strings[Number(stmt['Index'] ?? stmt['index'])] ?? '0'))
  } else if (type === 'MakeNumberIntStmt') {
    values.set(target, numbersAround(String(stmt['value'])))
  } else if (type === 'SetAddStmt' || type === 'ArrayAppendStmt') {
    note(literalsOf(stmt['value'], trail), collected)
  } else if (type === 'EqualStmt' || type === 'NotEqualStmt') {
    compare([stmt['a'], stmt['b']], trail, collected)
  } else if (type === 'CallStmt') {
    compare(Array.isArray(stmt['args']) ? stmt['args'] : [], trail, collected)
  }
}

/** Each operand that comes from the input is compared with each that is a literal. */
function compare(operands: readonly unknown[], trail: Trail, collected: Collected): void {
  const literals = operands.flatMap((operand) => literalsOf(operand, trail))
  note(literals, collected)
  for (const path of operands.map((operand) => placeOf(operand, trail))) {
    if (!path || literals.length === 0) continue
    const known = collected.expected.get(keyOf(path)) ?? []
    collected.expected.set(keyOf(path), [...known, ...literals])
  }
}

function note(literals: readonly Json[], { literals: all }: Collected): void {
  for (const literal of literals) all.add(literal)
}

function placeOf(operand: unknown, { places }: Trail): Path | undefined {
  return isOperand(operand) && operand.type === 'local'
    ? places.get(Number(operand.value))
    : undefined
}

function literalsOf(operand: unknown, { strings, values }: Trail): readonly Json[] {
  if (!isOperand(operand)) return []
  if (operand.type === 'string_index') return [strings[Number(operand.value)] ?? '']
  if (operand.type === 'bool') return [operand.value === true]
  return values.get(Number(operand.value)) ?? []
}

function isOperand(value: unknown): value is Operand {
  return typeof value === 'object' && value !== null && 'type' in value && 'value' in value
}

/** Every statement, in the order of the text. */
function* statementsIn(node: unknown): Generator<Statement> {
  if (Array.isArray(node)) {
    for (const item of node) yield* statementsIn(item)
  } else if (typeof node === 'object' && node !== null) {
    if ('type' in node && 'stmt' in node) yield node as Statement
    for (const value of Object.values(node)) yield* statementsIn(value)
  }
}

export function keyOf(path: readonly string[]): string {
  return JSON.stringify(path)
}

/** A number of a policy's source, and its neighbours where comparisons turn. */
function numbersAround(text: string): readonly Json[] {
  const number = numberFrom(text)
  return typeof number === 'number' ? [number, number + 1, number - 1] : [number]
}
