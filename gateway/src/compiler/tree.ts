import * as v from 'valibot'

/** A source's syntax tree as `opa parse` prints it, under `ast`, or what it prints of mistakes; both are JSON texts. */
export type Tree = { readonly tree: string } | { readonly mistakes: string }

/** The answer to `tree`. */
export const TreeSchema: v.GenericSchema<unknown, Tree> = v.union([
  v.object({ tree: v.string() }),
  v.object({ mistakes: v.string() }),
])
