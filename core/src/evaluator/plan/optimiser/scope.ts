import type { IrFunction, Operand, Plan } from '../ir.ts'
import type { Expression } from '../program.ts'
import { unsupported } from './unsupported.ts'

/** What the statements of a plan refer to. */
export type Scope = {
  readonly text: (index: number) => string
  readonly functions: readonly IrFunction[]
  /** The numbers of the functions by their names. */
  readonly numbers: ReadonlyMap<string, number>
  /** Filled while statements are lowered. */
  readonly builtins: Set<string>
}

export function scopeOf(plan: Plan): Scope {
  const strings = plan.static.strings ?? []
  const functions = plan.funcs.funcs ?? []
  return {
    text: (index) => {
      const text = strings[index]?.value
      if (text === undefined) throw unsupported(`string ${index}, which the plan lacks`)
      return text
    },
    functions,
    numbers: new Map(functions.map(({ name }, number) => [name, number])),
    builtins: new Set(),
  }
}

/** Input and data are the first two locals of every function and plan. */
export function localOf(local: number): Expression {
  if (local === 0) return ['input']
  return local === 1 ? ['data'] : ['local', local]
}

export function operandOf(operand: Operand, { text }: Scope): Expression {
  switch (operand.type) {
    case 'local':
      return localOf(operand.value)
    case 'string_index':
      return text(operand.value)
    case 'bool':
      return operand.value
    default:
      throw unsupported('this kind of operand')
  }
}
