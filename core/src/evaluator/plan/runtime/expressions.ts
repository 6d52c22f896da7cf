import { setOf, type RegoValue } from '../../value.ts'
import type { Expression } from '../program.ts'
import type { Builder, Read } from './builder.ts'
import { builtinReader } from './builtins.ts'
import { lengthOf } from './length.ts'
import { listReader } from './lists.ts'
import { constantOf } from './literal.ts'
import { memberReader } from './members.ts'
import { mergeValues } from './merge.ts'
import { objectReader } from './objects.ts'

/** The closure that reads an expression. */
export function reader(expression: Expression, builder: Builder): Read {
  const constant = constantOf(expression)
  if (constant !== undefined) return () => constant
  const { run, frame } = builder
  const node = expression as Exclude<Expression, null | boolean | number | string>
  switch (node[0]) {
    case 'input':
      return () => run.input
    case 'data':
      return () => run.data
    case 'local': {
      const slot = node[1]
      return () => frame[slot]
    }
    case 'dot':
    case 'base':
      return memberReader(node, builder)
    case 'call':
      return callReader(node[1], node[2], builder)
    case 'builtin':
      return builtinReader(node[1], node[2], builder)
    case 'length': {
      const read = reader(node[1], builder)
      return () => lengthOf(read())
    }
    case 'merge': {
      const [first, second] = [reader(node[1], builder), reader(node[2], builder)]
      return () => mergeValues(first(), second())
    }
    case 'array':
      return listReader(readers(node[1], builder))
    case 'set': {
      const read = listReader(readers(node[1], builder))
      return () => setFrom(read())
    }
    case 'object':
      return objectReader(node[1], readers(node[1], builder))
    default:
      return () => undefined
  }
}

export function readers(expressions: readonly Expression[], builder: Builder): Read[] {
  return expressions.map((expression) => reader(expression, builder))
}

function setFrom(items: readonly RegoValue[] | undefined): RegoValue | undefined {
  return items && setOf(items)
}

/** All operands are read before the callee's frame is written: one of them may call it as well. */
function callReader(callee: number, operands: readonly Expression[], builder: Builder): Read {
  const target = builder.callees[callee]
  if (!target) return () => undefined
  const [first, ...others] = readers(operands, builder)
  if (!first) return () => target.run()
  if (others.length > 0) return callWithAll(target, listReader([first, ...others]))
  return () => {
    const value = first()
    if (value === undefined) return undefined
    target.frame[0] = value
    return target.run()
  }
}

function callWithAll(
  target: Builder['callees'][number],
  read: () => readonly RegoValue[] | undefined,
): Read {
  return () => {
    const values = read()
    if (!values) return undefined
    for (let at = 0; at < values.length; at++) target.frame[at] = values[at]
    return target.run()
  }
}
