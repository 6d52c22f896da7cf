import type { Builtins } from '../../builtins/table.ts'
import type { RegoValue } from '../../value.ts'
import type { Body } from '../program.ts'
import type { IsUnasked } from './origins.ts'
import type { Run } from './run.ts'

/** What a function's closures share. */
export type Builder = {
  readonly run: Run
  readonly frame: Frame
  readonly callees: readonly Callee[]
  readonly builtins: Builtins
  readonly strictErrors: boolean
  /** Of the function, as the program has them. */
  readonly blocks: readonly Body[]
  /** Slots that hold nothing but collections this function made. */
  readonly isOwn: (slot: number) => boolean
  /** Where what the function reads comes from. */
  readonly origins: () => IsUnasked
}

/** The values of a function's slots. Without recursion one frame serves all its calls. */
export type Frame = (RegoValue | undefined)[]

/** A function; its operands are put into the first slots of its frame. */
export type Callee = { readonly frame: Frame; run: Read }

export type Read = () => RegoValue | undefined

/** 0 goes on, 1 fails, more leaves that many blocks. */
export type Step = () => number
