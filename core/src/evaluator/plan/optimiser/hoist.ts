import type { Body, Expression, Statement } from '../program.ts'
import { effectsOf, lookOf } from './effects.ts'
import { farthestOf } from './tidy.ts'
import { isNode, mapExpression, mapStatement, partsOf } from './tree.ts'
import { usesOf } from './uses.ts'

type Scan = Extract<Statement, readonly ['scan', ...unknown[]]>

/**
 * What the tests at the beginning of a loop's body read, whatever the item, is read once before it. Where that is
 * undefined no item passes, so the loop is left out, which is why both are in a block. `next` gives new slots.
 */
export function hoist(body: Body, next: () => number): Body {
  return body.flatMap((statement) => {
    const inner = mapStatement(statement, { body: (nested) => hoist(nested, next) })
    return inner[0] === 'scan' ? hoistFrom(inner, next) : [inner]
  })
}

function hoistFrom(scan: Scan, next: () => number): Body {
  const [name, source, key, value, body, order] = scan
  const firstOther = body.findIndex((statement) => !isTest(statement))
  const tests = firstOther < 0 ? body : body.slice(0, firstOther)
  const { writes } = usesOf([[scan]])
  const { reads, replace } = collector((slot) => writes(slot) === 0, next)
  const lighter = tests.map((test) => mapStatement(test, { expression: replace }))
  if (reads.length === 0 || farthestOf(body) > 2) return [scan]
  const [before, collection] = evaluatedFirst(source, next)
  const rest = body.slice(tests.length)
  const loop: Statement = [name, collection, key, value, [...lighter, ...rest], order]
  return [...before, ['block', [[...reads, loop]]]]
}

function isTest(statement: Statement): boolean {
  return (
    ['equal', 'unequal', 'is', 'defined', 'let'].includes(statement[0]) &&
    lookOf(statement)?.raises === false
  )
}

/** Takes out what only reads, from nothing that changes. */
function collector(
  isFixed: (slot: number) => boolean,
  next: () => number,
): { readonly reads: Statement[]; readonly replace: (part: Expression) => Expression } {
  const reads: Statement[] = []
  const isInvariant = (part: Expression): boolean =>
    !isNode(part) || (part[0] === 'local' ? isFixed(part[1]) : partsOf(part).every(isInvariant))
  const replace = (part: Expression): Expression => {
    const isRead = isNode(part) && (part[0] === 'dot' || part[0] === 'base')
    if (!isRead || !isInvariant(part) || effectsOf(part).raises) return mapExpression(part, replace)
    const slot = next()
    reads.push(['let', slot, part])
    return ['local', slot]
  }
  return { reads, replace }
}

/** A collection that is undefined still fails, as it did before anything else was looked at. */
function evaluatedFirst(source: Expression, next: () => number): readonly [Body, Expression] {
  if (!effectsOf(source).fails || (isNode(source) && source[0] === 'input')) return [[], source]
  const slot = next()
  return [[['let', slot, source]], ['local', slot]]
}
