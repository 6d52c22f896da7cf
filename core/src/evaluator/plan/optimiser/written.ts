import type { Body, Expression, Statement } from '../program.ts'
import { isNode, mapExpression, mapStatement } from './tree.ts'
import { usesOf } from './uses.ts'

/**
 * OPA goes through a set or an object that a body writes out as it is written: constants first, and twice through what
 * two variables turn out to have in common; and it looks for a key among the constants first. So both are kept beside
 * the value, which is what the rest is given. `next` gives new slots.
 */
export function readAsWritten(block: Body, next: () => number): Body {
  const literals = new Map<number, Literal>()
  const reads = usesOf([block]).reads

  function body(inner: Body): Body {
    return inner.flatMap((each) => {
      const literal = literalOf(each, next)
      if (literal) literals.set(each[1] as number, literal)
      const read = each[0] === 'scan' ? readItems(each) : each
      return [mapStatement(read, { body, expression }), ...(literal?.kept ?? [])]
    })
  }

  function expression(part: Expression): Expression {
    const found = isNode(part) && part[0] === 'dot' ? literalAt(part[1])?.found : undefined
    if (found === undefined || !isNode(part) || part[0] !== 'dot')
      return mapExpression(part, expression)
    return ['dot', ['local', found], expression(part[2])]
  }

  function readItems(scan: Scan): Statement {
    const [name, source, key, value, inner, order] = scan
    const literal = literalAt(source)
    if (!literal) return scan
    const { items, found } = literal
    // A set has its members at themselves.
    const [item, other] = found === undefined ? [value, key] : [key, value]
    const there: Expression =
      found === undefined ? ['local', item] : ['dot', ['local', found], ['local', item]]
    const before: Body = reads(other) === 0 ? [] : [['let', other, there]]
    return [name, ['local', items], next(), item, [...before, ...inner], order]
  }

  function literalAt(source: Expression): Literal | undefined {
    return isNode(source) && source[0] === 'local' ? literals.get(source[1]) : undefined
  }

  const read = body(block)
  return literals.size === 0 ? block : withoutUnread(read, [...literals.values()])
}

type Scan = Extract<Statement, readonly ['scan', ...unknown[]]>

type Literal = {
  /** Where its items are, or its keys, as written. */
  readonly items: number
  /** Where the object is in which the first of two equal keys counts, a constant before all; a set has none. */
  readonly found?: number
  /** What puts them there. */
  readonly kept: Body
}

/** What a statement makes, if not of constants alone. */
function literalOf(statement: Statement, next: () => number): Literal | undefined {
  if (statement[0] !== 'let') return undefined
  const [, , value] = statement
  if (!isNode(value)) return undefined
  if (value[0] === 'set') return setOf(value[1], next)
  return value[0] === 'object' ? objectOf(entriesIn(value[1]), next) : undefined
}

function setOf(members: readonly Expression[], next: () => number): Literal | undefined {
  if (members.every(isConstant)) return undefined
  const items = next()
  return { items, kept: [['let', items, ['array', members]]] }
}

type Entry = readonly [key: Expression, value: Expression]

function objectOf(entries: readonly Entry[], next: () => number): Literal | undefined {
  const variable = entries.filter(([key]) => !isConstant(key))
  const constant = entries.filter(([key]) => isConstant(key))
  if (variable.length === 0) return undefined
  const [items, found] = [next(), next()]
  const keys = entries.map(([key]) => key)
  // In an expression the last one counts.
  const lastFirst = [...variable.toReversed(), ...constant].flat()
  const kept: Body = [
    ['let', items, ['array', keys]],
    ['let', found, ['object', lastFirst]],
  ]
  return { items, found, kept }
}

function entriesIn(parts: readonly Expression[]): readonly Entry[] {
  const keys = parts.filter((_, at) => at % 2 === 0)
  return keys.map((key, at) => [key, parts[at * 2 + 1] as Expression])
}

function isConstant(part: Expression): boolean {
  if (!isNode(part) || part[0] === 'number') return true
  return (part[0] === 'array' || part[0] === 'set') && part[1].every(isConstant)
}

function withoutUnread(block: Body, literals: readonly Literal[]): Body {
  const { reads } = usesOf([block])
  const unread = new Set(
    literals
      .flatMap(({ items, found = items }) => [items, found])
      .filter((slot) => reads(slot) === 0),
  )
  const body = (inner: Body): Body =>
    inner.flatMap((each) =>
      each[0] === 'let' && unread.has(each[1]) ? [] : [mapStatement(each, { body })],
    )
  return body(block)
}
