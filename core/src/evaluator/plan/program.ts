/**
 * What the optimiser makes of OPA's plan and the runtime runs. A program is lines of JSON: the head, then the body of
 * each function, read when the function is first called. Any change to these types is a new version.
 */
export const programVersion = 1

export type Head = {
  readonly version: number
  /** The builtins that are called. */
  readonly builtins: readonly string[]
  /** The number of the function that answers each entrypoint. */
  readonly entrypoints: Readonly<Record<string, number>>
  /** How many parameters each function has besides input and data; they are its first slots. */
  readonly parameters: readonly number[]
}

/** `clears` are the slots that a call must not find as the call before it left them. */
export type FunctionBody = {
  readonly slots: number
  readonly result: number
  readonly clears: readonly number[]
  readonly blocks: readonly Body[]
}

export type Constant = null | boolean | number | string

export type Kind = 'array' | 'object' | 'set'

/**
 * Gives a value or is undefined. A `number` is one that JSON would not give back as written, a `base` a read in the data
 * document.
 */
export type Expression =
  | Constant
  | readonly ['input']
  | readonly ['data']
  | readonly ['local', slot: number]
  | readonly ['number', literal: string]
  | readonly ['dot' | 'base', source: Expression, key: Expression]
  | readonly ['call', callee: number, operands: readonly Expression[]]
  | readonly ['builtin', name: string, operands: readonly Expression[]]
  | readonly ['length', Expression]
  | readonly ['merge', Expression, Expression]
  | readonly ['array', items: readonly Expression[]]
  | readonly ['set', items: readonly Expression[]]
  | readonly ['object', keysAndValues: readonly Expression[]]

export type Body = readonly Statement[]

/** Of those whose result is always the same one is enough: `exit` sets it and leaves the function. */
export const exitCode = 1 << 20

/**
 * Goes on (code 0), fails (code 1: what it stands in is undefined), or leaves as many blocks as its code says.
 * `let` fails when undefined, `copy` does not. Of `scan`, code 1 takes the next item and 2 goes on behind it. `choose` is
 * a `block` whose blocks run only for certain values.
 */
export type Statement =
  | readonly ['let' | 'copy' | 'once' | 'append' | 'add', slot: number, Expression]
  | readonly ['exit', slot: number, Constant]
  | readonly ['clear', slot: number]
  | readonly ['make', slot: number, Kind]
  | readonly ['insert' | 'insertOnce', slot: number, key: Expression, value: Expression]
  | readonly ['dynamic', slot: number, path: readonly Expression[], table: readonly Candidate[]]
  | readonly ['equal' | 'unequal', Expression, Expression]
  | readonly ['is', Kind | 'collection', Expression]
  | readonly ['defined' | 'undefined', Expression]
  | readonly ['break', code: number]
  | readonly ['block', blocks: readonly Body[]]
  | readonly ['choose', Expression, keys: readonly Keys[], blocks: readonly Body[]]
  | readonly ['not', Body]
  | readonly ['scan', Expression, key: number, value: number, Body, order: 'sorted' | 'any']
  | readonly ['with', 'input' | 'data', path: readonly string[], Expression, Body]

/** For which values of what is chosen by a block runs; `null`: for all. */
export type Keys = readonly (string | boolean)[] | null

/** What a dynamic path may name; without a callee it is undefined. */
export type Candidate = readonly [path: readonly string[], callee: number | null]
