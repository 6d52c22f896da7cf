import type { Body, Expression, Statement } from '../program.ts'

/** What to do with the parts of a statement; what is not given stays as it is. */
export type Parts = {
  readonly expression?: (expression: Expression) => Expression
  readonly body?: (body: Body) => Body
  readonly slot?: (slot: number) => number
}

/** A statement with its direct parts replaced. */
export function mapStatement(statement: Statement, parts: Parts): Statement {
  const { expression = same, body = same, slot = same } = parts
  switch (statement[0]) {
    case 'let':
    case 'copy':
    case 'once':
    case 'append':
    case 'add':
      return [statement[0], slot(statement[1]), expression(statement[2])]
    case 'exit':
      return ['exit', slot(statement[1]), statement[2]]
    case 'clear':
      return ['clear', slot(statement[1])]
    case 'make':
      return ['make', slot(statement[1]), statement[2]]
    case 'insert':
    case 'insertOnce': {
      const [name, object, key, value] = statement
      return [name, slot(object), expression(key), expression(value)]
    }
    case 'dynamic': {
      const [name, result, path, table] = statement
      return [name, slot(result), path.map(expression), table]
    }
    case 'equal':
    case 'unequal':
      return [statement[0], expression(statement[1]), expression(statement[2])]
    case 'is':
      return ['is', statement[1], expression(statement[2])]
    case 'defined':
    case 'undefined':
      return [statement[0], expression(statement[1])]
    case 'break':
      return statement
    case 'block':
      return ['block', statement[1].map(body)]
    case 'choose':
      return ['choose', expression(statement[1]), statement[2], statement[3].map(body)]
    case 'not':
      return ['not', body(statement[1])]
    case 'scan': {
      const [name, source, key, value, inner, order] = statement
      return [name, expression(source), slot(key), slot(value), body(inner), order]
    }
    case 'with': {
      const [name, document, path, value, inner] = statement
      return [name, document, path, expression(value), body(inner)]
    }
  }
}

/** An expression with its direct operands replaced. */
export function mapExpression(
  expression: Expression,
  map: (operand: Expression) => Expression,
): Expression {
  if (!isNode(expression)) return expression
  switch (expression[0]) {
    case 'dot':
    case 'base':
    case 'merge':
      return [expression[0], map(expression[1]), map(expression[2])]
    case 'call':
      return ['call', expression[1], expression[2].map(map)]
    case 'builtin':
      return ['builtin', expression[1], expression[2].map(map)]
    case 'length':
      return ['length', map(expression[1])]
    case 'array':
    case 'set':
    case 'object':
      return [expression[0], expression[1].map(map)]
    default:
      return expression
  }
}

/** Its direct operands. */
export function partsOf(expression: Expression): readonly Expression[] {
  const parts: Expression[] = []
  mapExpression(expression, (part) => {
    parts.push(part)
    return part
  })
  return parts
}

/** The lists of statements in it. */
export function bodiesOf(statement: Statement): readonly Body[] {
  const bodies: Body[] = []
  mapStatement(statement, {
    body: (body) => {
      bodies.push(body)
      return body
    },
  })
  return bodies
}

export type Node = Exclude<Expression, null | boolean | number | string>

export function isNode(expression: Expression): expression is Node {
  return Array.isArray(expression)
}

function same<Item>(item: Item): Item {
  return item
}
