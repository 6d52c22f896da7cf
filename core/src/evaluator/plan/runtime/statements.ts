import { EvaluationError } from '../../evaluator.ts'
import { isArrayValue, isEqual, isObjectValue, RegoSet, type RegoValue } from '../../value.ts'
import {
  exitCode,
  type Body,
  type Constant,
  type Expression,
  type Kind,
  type Statement,
} from '../program.ts'
import type { Builder, Step } from './builder.ts'
import { chooser } from './choose.ts'
import { adder, appender, inserter, maker, onceInserter } from './collections.ts'
import { equalStep, unequalStep } from './comparisons.ts'
import { defaultStep } from './default.ts'
import { dynamicCaller } from './dynamic.ts'
import { reader, readers } from './expressions.ts'
import { letStep } from './let.ts'
import { conflict } from './run.ts'
import { scanner } from './scan.ts'
import { sequence } from './sequence.ts'
import { replacer } from './with.ts'

/** The closure that runs a list of statements until one does not go on. */
export function bodyStep(body: Body, builder: Builder): Step {
  return sequence(bodySteps(body, builder))
}

/** The closures to run one after the other until one does not go on. */
export function bodySteps(body: Body, builder: Builder): readonly Step[] {
  const step = defaultStep(body, builder)
  return step ? [step] : body.map((statement) => statementStep(statement, builder))
}

function statementStep(statement: Statement, builder: Builder): Step {
  switch (statement[0]) {
    case 'let':
      return letStep(statement[1], statement[2], builder)
    case 'copy':
      return copyStep(statement[1], statement[2], builder)
    case 'once':
      return onceStep(statement[1], statement[2], builder)
    case 'exit':
      return exitStep(statement[1], statement[2], builder)
    case 'clear':
      return clearStep(statement[1], builder)
    case 'make':
      return maker(statement[1], statement[2], builder)
    case 'append':
      return appender(statement[1], reader(statement[2], builder), builder)
    case 'add':
      return adder(statement[1], reader(statement[2], builder), builder)
    case 'insert':
    case 'insertOnce': {
      const [name, slot, key, value] = statement
      const make = name === 'insert' ? inserter : onceInserter
      return make(slot, [reader(key, builder), reader(value, builder)], builder)
    }
    case 'dynamic':
      return dynamicCaller(statement[1], readers(statement[2], builder), statement[3], builder)
    case 'equal':
      return equalStep(statement[1], statement[2], builder)
    case 'unequal':
      return unequalStep(statement[1], statement[2], builder)
    case 'is':
      return kindStep(statement[1], statement[2], builder)
    case 'defined':
      return definedStep(statement[1], builder)
    case 'undefined':
      return undefinedStep(statement[1], builder)
    case 'break': {
      const code = statement[1]
      return () => code
    }
    case 'block':
      return blockStep(statement[1], builder)
    case 'choose':
      return chooser(statement, (body) => bodyStep(body, builder), builder)
    case 'not':
      return notStep(statement[1], builder)
    case 'scan':
      return scanner(
        statement,
        [bodyStep(statement[4].slice(0, 1), builder), bodyStep(statement[4].slice(1), builder)],
        builder,
      )
    case 'with':
      return replacer(statement, bodyStep(statement[4], builder), builder)
    default:
      throw new EvaluationError(
        'ERR_ENGINE_UNFIT',
        'the program has a statement of another version',
      )
  }
}

function copyStep(slot: number, expression: Expression, builder: Builder): Step {
  const read = reader(expression, builder)
  const { frame } = builder
  return () => {
    frame[slot] = read()
    return 0
  }
}

/** Of equal values, which may be written differently, the first one stays. */
function onceStep(slot: number, expression: Expression, builder: Builder): Step {
  const read = reader(expression, builder)
  const { frame } = builder
  return () => {
    const value = read()
    if (value === undefined) return 1
    const before = frame[slot]
    if (before === undefined) frame[slot] = value
    else if (!isEqual(before, value))
      throw conflict('complete rules must not produce multiple outputs')
    return 0
  }
}

function exitStep(slot: number, value: Constant, { frame }: Builder): Step {
  return () => {
    frame[slot] = value
    return exitCode
  }
}

function clearStep(slot: number, { frame }: Builder): Step {
  return () => {
    frame[slot] = undefined
    return 0
  }
}

const kinds: Readonly<Record<Kind | 'collection', (value: RegoValue | undefined) => boolean>> = {
  array: isArrayValue,
  object: isObjectValue,
  set: (value) => value instanceof RegoSet,
  collection: (value) => isArrayValue(value) || isObjectValue(value) || value instanceof RegoSet,
}

function kindStep(kind: Kind | 'collection', expression: Expression, builder: Builder): Step {
  const read = reader(expression, builder)
  const fits = kinds[kind]
  return () => (fits(read()) ? 0 : 1)
}

function definedStep(expression: Expression, builder: Builder): Step {
  const read = reader(expression, builder)
  return () => (read() === undefined ? 1 : 0)
}

function undefinedStep(expression: Expression, builder: Builder): Step {
  const read = reader(expression, builder)
  return () => (read() === undefined ? 0 : 1)
}

/** A block that fails or was left goes on with the next one; what leaves more than the block leaves them all. */
export function blockStep(blocks: readonly Body[], builder: Builder): Step {
  const steps = blocks.map((block) => bodyStep(block, builder))
  const [first, second] = steps
  if (first && steps.length === 1) return () => leaving(first())
  if (first && second && steps.length === 2) return () => leaving(first()) || leaving(second())
  return () => {
    for (let at = 0; at < steps.length; at++) {
      const code = (steps[at] as Step)()
      if (code > 1) return code - 1
    }
    return 0
  }
}

/** What a code is outside the block that ended with it. */
function leaving(code: number): number {
  return code > 1 ? code - 1 : 0
}

function notStep(body: Body, builder: Builder): Step {
  const step = bodyStep(body, builder)
  return () => {
    const code = step()
    return code > 1 ? code - 1 : 1 - code
  }
}
