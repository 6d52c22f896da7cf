import type { Body, Expression, Statement } from '../program.ts'
import type { Draft } from './functions.ts'
import { isNode, mapExpression, mapStatement } from './tree.ts'
import type { Uses } from './uses.ts'

/** A slot of one block that only ever is another name of a slot, or of a constant, goes by what it names. */
export function propagate({ blocks, shared }: Draft, uses: Uses): readonly Body[] {
  const names = new Map<number, Expression>()

  function isSingle(slot: number): boolean {
    return uses.writes(slot) === 1
  }

  function nameOf(statement: Statement): Expression | undefined {
    if (statement[0] !== 'let' && statement[0] !== 'copy') return undefined
    const [, slot, value] = statement
    if (slot < shared || !isSingle(slot)) return undefined
    if (!isNode(value) || value[0] === 'number') return value
    if (value[0] !== 'local') return undefined
    return isSingle(value[1]) ? expression(value) : undefined
  }

  function expression(part: Expression): Expression {
    if (!isNode(part) || part[0] !== 'local') return mapExpression(part, expression)
    const name = names.get(part[1])
    return name === undefined ? part : name
  }

  function body(inner: Body): Body {
    return inner.flatMap((statement) => {
      const name = nameOf(statement)
      if (name === undefined) return [mapStatement(statement, { expression, body })]
      if (statement[0] === 'let' || statement[0] === 'copy') names.set(statement[1], name)
      return []
    })
  }

  return blocks.map(body)
}
