import { objectOf, setOf, type RegoValue } from '../../value.ts'
import type { Expression } from '../program.ts'
import { getAt, getBaseAt, isItemNumber, memberReader } from './access.ts'
import type { Builder, Read } from './builder.ts'
import { builtinReader } from './builtins.ts'
import { lengthOf } from './length.ts'
import { constantOf, pairsOf } from './literal.ts'
import { mergeValues } from './merge.ts'

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
      return dotReader(node[1], node[2], builder)
    case 'base':
      return baseReader(node[1], node[2], builder)
    case 'call':
      return callReader(node[1], node[2], builder)
    case 'builtin':
      return builtinReader(node[1], readers(node[2], builder), builder)
    case 'length': {
      const read = reader(node[1], builder)
      return () => lengthOf(read())
    }
    case 'merge': {
      const [first, second] = [reader(node[1], builder), reader(node[2], builder)]
      return () => mergeValues(first(), second())
    }
    case 'array':
      return listReader(node[1], builder)
    case 'set':
      return madeOf(node[1], builder, setOf)
    case 'object':
      return madeOf(node[1], builder, (items) => objectOf(pairsOf(items)))
    case 'number':
      return () => undefined
  }
}

export function readers(expressions: readonly Expression[], builder: Builder): Read[] {
  return expressions.map((expression) => reader(expression, builder))
}

function dotReader(source: Expression, key: Expression, builder: Builder): Read {
  const read = reader(source, builder)
  if (typeof key === 'string') {
    const member = memberReader(key)
    return () => member(read())
  }
  const readKey = reader(key, builder)
  return () => {
    const value = read()
    const name = readKey()
    return name === undefined ? undefined : getAt(value, name)
  }
}

/** What `with` puts into the data document is read like any other value. */
function baseReader(source: Expression, key: Expression, builder: Builder): Read {
  const dot = dotReader(source, key, builder)
  if (typeof key === 'string' && !isItemNumber(key)) return dot
  const { run } = builder
  const [read, readKey] = [reader(source, builder), reader(key, builder)]
  return () => {
    if (run.data !== run.document) return dot()
    const value = read()
    const name = readKey()
    return name === undefined ? undefined : getBaseAt(value, name)
  }
}

function callReader(callee: number, operands: readonly Expression[], builder: Builder): Read {
  const target = builder.callees[callee]
  if (!target) return () => undefined
  if (operands.length === 0) return () => target.run()
  const read = listReader(operands, builder)
  return () => {
    const values = read() as readonly RegoValue[] | undefined
    if (!values) return undefined
    for (let at = 0; at < values.length; at++) target.frame[at] = values[at]
    return target.run()
  }
}

/** All values in order, or undefined when one of them is. */
function listReader(
  expressions: readonly Expression[],
  builder: Builder,
): () => RegoValue[] | undefined {
  const list = readers(expressions, builder)
  return () => {
    const values: RegoValue[] = []
    for (const read of list) {
      const value = read()
      if (value === undefined) return undefined
      values.push(value)
    }
    return values
  }
}

function madeOf(
  expressions: readonly Expression[],
  builder: Builder,
  make: (items: RegoValue[]) => RegoValue,
): Read {
  const read = listReader(expressions, builder)
  return () => {
    const items = read()
    return items && make(items)
  }
}
