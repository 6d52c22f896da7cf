import type { Random } from './random.ts'
import type { Signature } from './signatures.ts'

/** A function or rule of the module that what comes later may use. */
export interface Definition {
  readonly name: string
  readonly kind: 'complete' | 'set' | 'object' | 'function'
  /** Of a function: how many operands it takes. */
  readonly arity: number
}

/** Where an expression stands: what it may use, and how deep it may still go. */
export interface Scope {
  readonly random: Random
  readonly signatures: readonly [Signature, ...Signature[]]
  /** Only what came before, since Rego knows no recursion. */
  readonly definitions: readonly Definition[]
  readonly variables: readonly string[]
  /** Where data and input have something. */
  readonly paths: readonly string[]
  readonly depth: number
  /** Counts the names made up in a rule. */
  readonly fresh: () => string
}

export function deeper(scope: Scope, more: readonly string[] = []): Scope {
  return { ...scope, depth: scope.depth - 1, variables: [...scope.variables, ...more] }
}

/** One of the items, if there is any. */
export function pickFrom<Item>(random: Random, items: readonly Item[]): Item | undefined {
  return items[random.below(items.length)]
}
