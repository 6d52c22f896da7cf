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
  const { writes } = usesOf([[scan]])
  const collector = createCollector((slot) => writes(slot) === 0, next)
  const lighter = takeReads(body, collector)
  if (collector.reads.length === 0 || farthestOf(body) > 2) return [scan]
  const [before, collection] = evaluatedFirst(source, next)
  const loop: Statement = [name, collection, key, value, lighter, order]
  return [...before, ['block', [[...collector.reads, loop]]]]
}

/** Up to the first statement that may do more than look, whose operands are read before it does. */
function takeReads(body: Body, collector: Collector): Body {
  const end = body.findIndex((statement) => !isTest(statement))
  const reach = end < 0 ? body.length : end + 1
  return body.map((statement, at) => {
    if (at >= reach) return statement
    if (failsUndefined(statement)) return mapStatement(statement, { expression: collector.replace })
    const isLast = at === body.length - 1
    return isLast && statement[0] === 'block' ? lift(statement, collector) : statement
  })
}

/** Whether it fails when an operand is undefined. */
function failsUndefined(statement: Statement): boolean {
  return !['copy', 'undefined', 'dynamic', 'block', 'not', 'choose'].includes(statement[0])
}

/** What a loop at the end of this one reads before it begins. */
function lift(
  block: Extract<Statement, readonly ['block', ...unknown[]]>,
  { take }: Collector,
): Statement {
  const [body = [], ...others] = block[1]
  const isLoop = others.length === 0 && body.at(-1)?.[0] === 'scan'
  return isLoop ? ['block', [body.filter((statement) => !take(statement))]] : block
}

function isTest(statement: Statement): boolean {
  return (
    ['equal', 'unequal', 'is', 'defined', 'let'].includes(statement[0]) &&
    lookOf(statement)?.raises === false
  )
}

/** Takes out what only reads, from nothing that changes, before anything may raise an error. */
type Collector = {
  readonly reads: Statement[]
  readonly replace: (part: Expression) => Expression
  /** Takes a whole statement, if it is such a read. */
  readonly take: (statement: Statement) => boolean
}

function createCollector(isFixed: (slot: number) => boolean, next: () => number): Collector {
  const reads: Statement[] = []
  let mayHaveRaised = false

  function isInvariant(part: Expression): boolean {
    if (!isNode(part)) return true
    return part[0] === 'local' ? isFixed(part[1]) : partsOf(part).every(isInvariant)
  }

  function isRead(part: Expression): boolean {
    const isMember = isNode(part) && (part[0] === 'dot' || part[0] === 'base')
    return isMember && !mayHaveRaised && isInvariant(part) && !effectsOf(part).raises
  }

  function replace(part: Expression): Expression {
    if (isRead(part)) {
      const slot = next()
      reads.push(['let', slot, part])
      return ['local', slot]
    }
    if (isNode(part) && part[0] === 'base' && isSettled(part[1]))
      return ['base', part[1], replace(part[2])]
    const replaced = mapExpression(part, replace)
    if (isNode(part) && (part[0] === 'call' || part[0] === 'builtin')) mayHaveRaised = true
    return replaced
  }

  function take(statement: Statement): boolean {
    const isTaken = statement[0] === 'let' && isRead(statement[2])
    if (isTaken) reads.push(statement)
    return isTaken
  }

  return { reads, replace, take }
}

/** What constant keys read of the data document: the runtime remembers that, and what other keys read of it. */
function isSettled(part: Expression): boolean {
  if (!isNode(part)) return false
  return part[0] === 'data' || (part[0] === 'base' && !isNode(part[2]) && isSettled(part[1]))
}

/** A collection that is undefined still fails, as it did before anything else was looked at. */
function evaluatedFirst(source: Expression, next: () => number): readonly [Body, Expression] {
  if (!effectsOf(source).fails || (isNode(source) && source[0] === 'input')) return [[], source]
  const slot = next()
  return [[['let', slot, source]], ['local', slot]]
}
