import type { Expression, FunctionBody } from '../program.ts'
import type { FunctionSource } from './functions.ts'
import { writesIn } from './writes.ts'

/** Whether an expression gives nothing but what constants and data hold: nothing of a question is in it. */
export type IsUnasked = (expression: Expression) => boolean

/**
 * Tells of each function, by its number, where its values come from. Few need to know, so nothing is read before. What
 * is read where data is replaced (`with`) counts as the question's; whether it is replaced for a whole function is
 * known when it is called.
 */
export function createOrigins(functions: readonly FunctionSource[]): (callee: number) => IsUnasked {
  const known = new Map<number, IsUnasked>()
  const calls = once(() => functions.flatMap((each, caller) => callsIn(read(each).blocks, caller)))

  function originsOf(callee: number): IsUnasked {
    const isUnasked = known.get(callee) ?? originsIn(callee)
    known.set(callee, isUnasked)
    return isUnasked
  }

  /** Looks at all that is ever put into a function's slots. */
  function originsIn(callee: number): IsUnasked {
    const source = functions[callee]
    if (!source) return () => false
    const foreign = new Set<number>()
    for (let slot = 0; slot < source.parameters; slot++)
      if (!isUnaskedParameter(callee, slot)) foreign.add(slot)
    const isUnasked = unaskedBy((slot) => !foreign.has(slot), isUnaskedRule)
    const writes = writesIn(read(source).blocks)
    for (let size = -1; size !== foreign.size;) {
      size = foreign.size
      for (const [slot, values] of writes) if (!values?.every(isUnasked)) foreign.add(slot)
    }
    return isUnasked
  }

  function isUnaskedParameter(callee: number, place: number): boolean {
    return calls()
      .filter((call) => call.callee === callee)
      .every(({ caller, operands }) => originsOf(caller)(operands[place] ?? null))
  }

  function isUnaskedRule(callee: number): boolean {
    const source = functions[callee]
    return source !== undefined && originsOf(callee)(['local', read(source).result])
  }

  return originsOf
}

function read({ text }: FunctionSource): FunctionBody {
  return JSON.parse(text) as FunctionBody
}

function unaskedBy(
  isUnaskedSlot: (slot: number) => boolean,
  isUnaskedRule: (callee: number) => boolean,
): IsUnasked {
  return function isUnasked(expression): boolean {
    if (typeof expression !== 'object' || expression === null) return true
    switch (expression[0]) {
      case 'input':
        return false
      case 'data':
      case 'number':
        return true
      case 'local':
        return isUnaskedSlot(expression[1])
      case 'dot':
      case 'base':
      case 'length':
        return isUnasked(expression[1])
      case 'merge':
        return isUnasked(expression[1]) && isUnasked(expression[2])
      case 'call':
        return expression[2].length === 0 && isUnaskedRule(expression[1])
      case 'builtin':
        return expression[2].every(isUnasked)
      case 'array':
      case 'set':
      case 'object':
        return expression[1].every(isUnasked)
    }
  }
}

type CallSite = {
  readonly caller: number
  readonly callee: number
  readonly operands: readonly Expression[]
}

/** Whatever looks like a call: one too many does no harm. */
function callsIn(part: unknown, caller: number): readonly CallSite[] {
  if (!Array.isArray(part)) return []
  const inner = part.flatMap((each) => callsIn(each, caller))
  const [name, callee, operands] = part as readonly unknown[]
  if (name !== 'call' || typeof callee !== 'number' || !Array.isArray(operands)) return inner
  return [{ caller, callee, operands: operands as readonly Expression[] }, ...inner]
}

function once<Value extends object>(make: () => Value): () => Value {
  let made: Value | undefined
  return () => (made ??= make())
}
