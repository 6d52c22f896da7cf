import type { Body, Expression, Statement } from '../program.ts'
import { effectsOf, lookOf } from './effects.ts'
import { isNode, partsOf } from './tree.ts'

/** What a block compares with constants before anything else matters. */
type Test = {
  readonly subject: Expression
  readonly keys: readonly (string | boolean)[]
  readonly at: number
}

/**
 * An index: of the bodies of a rule that ask whether one thing is this or that constant, only those run that it is
 * right for. Bodies that do not ask stand among them, for all keep their order.
 */
export function chooseBlocks(blocks: readonly Body[]): readonly Body[] {
  const tests = blocks.map(testsOf)
  const subject = commonest(tests.flat().map(({ subject }) => JSON.stringify(subject)))
  if (subject === undefined) return blocks
  const chosen = tests.map((each) => each.find((test) => JSON.stringify(test.subject) === subject))
  const first = chosen.findIndex((test) => test !== undefined)
  const end = chosen.findLastIndex((test) => test !== undefined) + 1
  const choice: Statement = [
    'choose',
    JSON.parse(subject) as Expression,
    chosen.slice(first, end).map((test) => test?.keys ?? null),
    blocks
      .slice(first, end)
      .map((block, at) => block.filter((_, index) => index !== chosen[first + at]?.at)),
  ]
  return [...blocks.slice(0, first), [choice], ...blocks.slice(end)]
}

function commonest(subjects: readonly string[]): string | undefined {
  const times = (subject: string): number => subjects.filter((other) => other === subject).length
  const [best] = [...new Set(subjects)].sort((left, right) => times(right) - times(left))
  return best !== undefined && times(best) > 1 ? best : undefined
}

function testsOf(block: Body): readonly Test[] {
  const tests: Test[] = []
  for (const [at, statement] of block.entries()) {
    const test = testOf(statement, at)
    if (test) tests.push(test)
    else if (lookOf(statement)?.raises !== false) break
  }
  return tests
}

function testOf(statement: Statement, at: number): Test | undefined {
  if (statement[0] === 'equal') {
    const [, left, right] = statement
    return equality(left, right, at) ?? equality(right, left, at)
  }
  return statement[0] === 'unequal' && statement[2] === false
    ? membership(statement[1], at)
    : undefined
}

function equality(subject: Expression, key: Expression, at: number): Test | undefined {
  return isKey(key) && isSubject(subject) ? { subject, keys: [key], at } : undefined
}

function membership(call: Expression, at: number): Test | undefined {
  if (!isNode(call) || call[0] !== 'builtin' || call[1] !== 'internal.member_2') return undefined
  const [subject = null, among = null] = call[2]
  if (!isNode(among) || (among[0] !== 'set' && among[0] !== 'array')) return undefined
  const keys = among[1]
  return isSubject(subject) && keys.every(isKey) ? { subject, keys, at } : undefined
}

/** Numbers may be equal and written differently. */
function isKey(key: Expression): key is string | boolean {
  return typeof key === 'string' || typeof key === 'boolean'
}

/** A read from input or data, which is the same for all blocks. */
function isSubject(subject: Expression): boolean {
  return isNode(subject) && subject[0] === 'dot' && !effectsOf(subject).raises && !hasLocal(subject)
}

function hasLocal(part: Expression): boolean {
  return isNode(part) && (part[0] === 'local' || partsOf(part).some(hasLocal))
}
