import type { Body, Expression, Statement } from '../program.ts'
import { both, lookOf, noEffects, type Effects } from './effects.ts'
import { bodiesOf, isNode } from './tree.ts'

/**
 * OPA looks at what a rule's index knows before it evaluates the rule: where a read from input or data that the body
 * compares or names is undefined, or not the constant, the rule is left out, and so is any error in front of it. Such
 * tests come first here where something in front of them may raise an error.
 */
export function testFirst(block: Body): Body {
  const tests = testsOf(block)
  const at = block[0]?.[0] === 'clear' || block[0]?.[0] === 'undefined' ? 1 : 0
  const [last] = block.slice(-1)
  // The branches of an `else` are rules of their own.
  if (last?.[0] === 'block' && block.length === 1) return [['block', last[1].map(testFirst)]]
  return tests.length === 0 ? block : [...block.slice(0, at), ...tests, ...block.slice(at)]
}

type With = Extract<Statement, readonly ['with', ...unknown[]]>

/** What is known about the slots of a body. */
type Known = {
  /** Reads from input or data by constant keys. */
  readonly reads: Map<number, Expression>
  readonly constants: Map<number, Expression>
  readonly variables: Set<number>
  /** Documents and slots that a pattern takes apart: what it reads from them is no read of the index. */
  readonly patterns: Set<string>
}

function testsOf(block: Body): Body {
  const known: Known = {
    reads: new Map(),
    constants: new Map(),
    variables: new Set(),
    patterns: new Set(),
  }
  const replaced = new Set<string>()
  const saved = new Map<number, Expression>()
  const tests: Statement[] = []
  let before = noEffects

  function walk(body: Body): void {
    for (const statement of body) {
      const test = replaced.size === 0 ? testOf(statement, known) : undefined
      if (test && before.raises) tests.push(test)
      note(statement, known)
      if (statement[0] === 'copy' && replaced.size === 0) saved.set(statement[1], statement[2])
      before = both(before, effectsWithin(statement))
      // The rest of a body stands in its loops, and in what undoes a `with`.
      if (statement[0] === 'scan') enter(statement[4], [statement[2], statement[3]])
      if (statement[0] === 'with') {
        if (isUndone(statement, saved)) replaced.delete(statement[1])
        else replaced.add(statement[1])
        walk(statement[4])
      }
    }
  }

  function enter(body: Body, slots: readonly number[]): void {
    for (const slot of slots) known.variables.add(slot)
    walk(body)
  }

  walk(block)
  return tests
}

/** Whether a `with` puts back what input or data were. */
function isUndone(
  [, document, path, value]: With,
  saved: ReadonlyMap<number, Expression>,
): boolean {
  const original = isNode(value) && value[0] === 'local' ? (saved.get(value[1]) ?? null) : null
  return path.length === 0 && isNode(original) && original[0] === document
}

function testOf(statement: Statement, known: Known): Statement | undefined {
  switch (statement[0]) {
    case 'copy':
      return definedTest(readOf(statement[2], known))
    case 'unequal':
      return statement[2] === false ? definedTest(readOf(statement[1], known)) : undefined
    case 'equal': {
      const [, left, right] = statement
      return equalTest(left, right, known) ?? equalTest(right, left, known)
    }
    default:
      return undefined
  }
}

function definedTest(read: Expression | undefined): Statement | undefined {
  return read === undefined ? undefined : ['defined', read]
}

function equalTest(left: Expression, right: Expression, known: Known): Statement | undefined {
  const read = readOf(left, known)
  if (read === undefined) return undefined
  const constant = constantOf(right, known)
  if (constant !== undefined) return ['equal', read, constant]
  const isVariable = isNode(right) && right[0] === 'local' && known.variables.has(right[1])
  return isVariable ? ['defined', read] : undefined
}

/** Input and data by constant keys. */
function readOf(expression: Expression, { reads }: Known): Expression | undefined {
  return isNode(expression) && expression[0] === 'local' ? reads.get(expression[1]) : undefined
}

function note(statement: Statement, known: Known): void {
  if (statement[0] === 'copy') known.variables.add(statement[1])
  if (statement[0] === 'is') known.patterns.add(JSON.stringify(statement[2]))
  if (statement[0] !== 'let') return
  const [, slot, value] = statement
  if (!isNode(value) || value[0] === 'number') known.constants.set(slot, value)
  if (!isNode(value) || (value[0] !== 'dot' && value[0] !== 'base')) return
  if (known.patterns.has(JSON.stringify(value[1]))) return
  const source = rootOf(value[1]) ?? readOf(value[1], known)
  const key = constantOf(value[2], known)
  if (source !== undefined && key !== undefined) known.reads.set(slot, [value[0], source, key])
}

function constantOf(key: Expression, { constants }: Known): Expression | undefined {
  if (!isNode(key)) return key
  return key[0] === 'local' ? constants.get(key[1]) : undefined
}

function rootOf(source: Expression): Expression | undefined {
  return isNode(source) && (source[0] === 'input' || source[0] === 'data') ? source : undefined
}

/** Of a loop that goes on with the body, its own statements count when they are walked. */
function effectsWithin(statement: Statement): Effects {
  const own = lookOf(statement)
  if (own) return own
  if (statement[0] === 'scan' || statement[0] === 'with') return noEffects
  const raises =
    statement[0] === 'dynamic' || statement[0] === 'insertOnce' || statement[0] === 'once'
  const inner = bodiesOf(statement).flat().map(effectsOfAll).reduce(both, noEffects)
  return both({ fails: true, raises }, inner)
}

function effectsOfAll(statement: Statement): Effects {
  const inner = bodiesOf(statement).flat().map(effectsOfAll).reduce(both, noEffects)
  return both(effectsWithin(statement), inner)
}
