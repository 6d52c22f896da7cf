import type { Body, Expression, Statement } from '../program.ts'
import { mapStatement } from './tree.ts'

/** Without the blocks that OPA's planner needs only because a failure leaves the innermost one. */
export function tidy(body: Body): Body {
  return body.flatMap((statement) => tidyStatement(mapStatement(statement, { body: tidy })))
}

function tidyStatement(statement: Statement): Body {
  if (statement[0] !== 'block') return [statement]
  const [block, ...others] = statement[1]
  if (block === undefined) return []
  if (others.length > 0) return [statement]
  if (block.every((inner) => farthest(inner) === 0)) return block
  return attempt(block) ?? collectionTest(block) ?? [statement]
}

/** `{{ statements; leave both } fail}` is what the statements are alone: where they fail, so does it. */
function attempt(block: Body): Body | undefined {
  const inner = onlyBlocks(block)
  if (inner?.length !== 1) return undefined
  const [statements = []] = inner
  const [last, others] = [statements.at(-1), statements.slice(0, -1)]
  if (!isLeave(last) || others.some((each) => farthest(each) > 1)) return undefined
  return others
}

/** `{{array? leave both}{object? leave both}{set? leave both} fail}` asks whether there is something to go through. */
function collectionTest(block: Body): Body | undefined {
  const tests = onlyBlocks(block)?.map(testOf)
  const [array, object, set] = tests ?? []
  if (tests?.length !== 3 || !array || !object || !set) return undefined
  const kinds = [array.kind, object.kind, set.kind].join()
  const isOne = JSON.stringify(array.of) === JSON.stringify(object.of)
  if (kinds !== 'array,object,set' || !isOne) return undefined
  return [['is', 'collection', array.of]]
}

function testOf(block: Body): { readonly kind: string; readonly of: Expression } | undefined {
  const [test, leave] = block
  if (test?.[0] !== 'is' || !isLeave(leave) || block.length !== 2) return undefined
  return { kind: test[1], of: test[2] }
}

/** The blocks in `{ blocks… fail}`. */
function onlyBlocks(block: Body): readonly Body[] | undefined {
  const [inner, fail] = block
  return block.length === 2 && inner?.[0] === 'block' && isLeave(fail) ? inner[1] : undefined
}

function isLeave(statement: Statement | undefined): boolean {
  return statement?.[0] === 'break' && statement[1] === 2
}

/** The highest code a statement can end with. */
export function farthest(statement: Statement): number {
  switch (statement[0]) {
    case 'break':
      return statement[1]
    case 'copy':
    case 'clear':
    case 'make':
      return 0
    case 'block':
      return Math.max(0, ...statement[1].map((block) => farthestOf(block) - 1))
    case 'choose':
      return Math.max(0, ...statement[3].map((block) => farthestOf(block) - 1))
    case 'not':
      return Math.max(1, farthestOf(statement[1]) - 1)
    case 'scan':
      return Math.max(1, farthestOf(statement[4]) - 2)
    case 'with':
      return Math.max(1, farthestOf(statement[4]) - 1)
    case 'dynamic':
      return 4
    default:
      return 1
  }
}

export function farthestOf(body: Body): number {
  return Math.max(0, ...body.map(farthest))
}
