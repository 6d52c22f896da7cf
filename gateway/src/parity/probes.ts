import type { Json } from '@vedette/core/json/json'

import type { Reads } from './input-reads.ts'
import { keyOf, readsOfInput } from './input-reads.ts'

/** How many inputs a policy is tried with. */
const probeCount = 20

/** How many of them are made of nothing but what fits. */
const fittingCount = 6

/** What is found where a policy expects something else. */
const strangers: readonly Json[] = [null, true, 0, '', [], {}]

/**
 * Inputs made of what a plan (OPA's IR) reads of its input and what it compares that with: none at all, some in
 * which every member fits what it is compared with, and mixtures of right, wrong and missing members. The same plan gives the same inputs.
 */
export function probesOf(plan: unknown): readonly Json[] {
  const reads = readsOfInput(plan)
  const draw = createDraw()
  return Array.from({ length: probeCount }, (_, number) => {
    if (number === 0) return {}
    return number <= fittingCount ? fitting(reads, number - 1) : mixed(reads, draw)
  })
}

/** In each one the next of the values that fit: of `> 3` it is 3, 4 and 2. */
function fitting({ paths, expected }: Reads, turn: number): Json {
  return inputOf(paths, (path) => {
    const wanted = expected.get(keyOf(path)) ?? ['x']
    return wanted[turn % wanted.length]
  })
}

function mixed({ paths, expected, literals }: Reads, draw: Draw): Json {
  return inputOf(paths, (path) => {
    const wanted = expected.get(keyOf(path)) ?? []
    const kind = draw(10)
    if (kind === 0) return undefined
    if (kind === 1) return pick(strangers, draw)
    if (kind === 2) return [pick(literals, draw) ?? 'x', pick(literals, draw) ?? 'y']
    return (kind < 8 ? pick(wanted, draw) : undefined) ?? pick(literals, draw) ?? 'x'
  })
}

function inputOf(
  paths: Reads['paths'],
  valueAt: (path: readonly string[]) => Json | undefined,
): Json {
  const input: Record<string, unknown> = {}
  for (const path of paths) {
    const value = valueAt(path)
    if (value !== undefined) put(input, path, value)
  }
  return input as Json
}

/** A value that stands where an object is needed gives way. */
function put(target: Record<string, unknown>, path: readonly string[], value: Json): void {
  let object = target
  for (const segment of path.slice(0, -1)) {
    const next = Object.hasOwn(object, segment) ? object[segment] : undefined
    const child = isRecord(next) ? next : {}
    define(object, segment, child)
    object = child
  }
  define(object, path.at(-1) ?? '', value)
}

function define(object: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(object, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A number below `limit`. */
type Draw = (limit: number) => number

/** Always the same sequence: a policy that passed once passes again. */
function createDraw(): Draw {
  let state = 1
  return (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return (state >>> 8) % limit
  }
}

function pick(values: readonly Json[], draw: Draw): Json | undefined {
  return values.length === 0 ? undefined : values[draw(values.length)]
}
