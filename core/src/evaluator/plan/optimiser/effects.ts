import type { Expression, Statement } from '../program.ts'
import { isNode, partsOf } from './tree.ts'

/** What else evaluating something may do than give a value. */
export type Effects = {
  /** It may be undefined. */
  readonly fails: boolean
  /** It may end the decision: a conflict in a rule, a builtin with strict errors. */
  readonly raises: boolean
}

export const noEffects: Effects = { fails: false, raises: false }

const anyEffects: Effects = { fails: true, raises: true }

export function both(left: Effects, right: Effects): Effects {
  return { fails: left.fails || right.fails, raises: left.raises || right.raises }
}

/** Locals are defined where they are read. */
export function effectsOf(expression: Expression): Effects {
  return partsOf(expression).map(effectsOf).reduce(both, ownEffects(expression))
}

function ownEffects(expression: Expression): Effects {
  if (!isNode(expression)) return noEffects
  switch (expression[0]) {
    case 'input':
    case 'dot':
    case 'base':
      return { fails: true, raises: false }
    case 'call':
    case 'builtin':
      return anyEffects
    default:
      return noEffects
  }
}

/** The expressions that a statement evaluates itself, in order. */
export function operandsOf(statement: Statement): readonly Expression[] {
  switch (statement[0]) {
    case 'let':
    case 'copy':
    case 'once':
    case 'append':
    case 'add':
    case 'is':
      return [statement[2]]
    case 'insert':
    case 'insertOnce':
      return [statement[2], statement[3]]
    case 'equal':
    case 'unequal':
      return [statement[1], statement[2]]
    case 'defined':
    case 'undefined':
    case 'scan':
      return [statement[1]]
    case 'with':
      return [statement[3]]
    case 'dynamic':
      return statement[2]
    default:
      return []
  }
}

/** Those of a statement that does no more than look, or set a slot; undefined for any other. */
export function lookOf(statement: Statement): Effects | undefined {
  const effects = operandsOf(statement).map(effectsOf).reduce(both, noEffects)
  switch (statement[0]) {
    case 'let':
    case 'copy':
    case 'clear':
    case 'make':
      return effects
    case 'equal':
    case 'unequal':
    case 'is':
    case 'defined':
    case 'undefined':
      return { ...effects, fails: true }
    default:
      return undefined
  }
}
