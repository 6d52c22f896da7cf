import { numberFrom } from '../../../json/number.ts'
import { objectOf, setOf, type RegoEntry, type RegoValue } from '../../value.ts'
import type { Expression } from '../program.ts'

/** The value of an expression that is always the same; undefined for any other. */
export function constantOf(expression: Expression): RegoValue | undefined {
  if (!Array.isArray(expression)) return expression as RegoValue
  const node = expression as Exclude<Expression, null | boolean | number | string>
  switch (node[0]) {
    case 'number':
      return numberFrom(node[1])
    case 'array':
      return constantsOf(node[1])
    case 'set': {
      const items = constantsOf(node[1])
      return items && setOf(items)
    }
    case 'object': {
      const items = constantsOf(node[1])
      return items && objectOf(pairsOf(items))
    }
    default:
      return undefined
  }
}

function constantsOf(expressions: readonly Expression[]): RegoValue[] | undefined {
  const values = expressions.map(constantOf)
  return values.every((value) => value !== undefined) ? values : undefined
}

/** Keys and values in turn. */
export function pairsOf(items: readonly RegoValue[]): RegoEntry[] {
  const pairs: RegoEntry[] = []
  for (let at = 0; at < items.length; at += 2)
    pairs.push([items[at] as RegoValue, items[at + 1] as RegoValue])
  return pairs
}
