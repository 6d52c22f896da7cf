import type { Body, Expression, Statement } from '../program.ts'

/** A slot and what is put into it; `undefined` is what nobody knows. */
type Write = readonly [slot: number, values: readonly Expression[] | undefined]

/** Everything that is put into slots, in blocks and what is in them. */
export function writesIn(blocks: readonly Body[]): Write[] {
  return blocks.flat().flatMap(writesOf)
}

function writesOf(statement: Statement): Write[] {
  switch (statement[0]) {
    case 'let':
    case 'copy':
    case 'once':
    case 'append':
    case 'add':
      return [[statement[1], [statement[2]]]]
    case 'insert':
    case 'insertOnce':
      return [[statement[1], [statement[2], statement[3]]]]
    case 'dynamic':
      return [[statement[1], undefined]]
    case 'scan': {
      const [, source, key, value, body] = statement
      return [[key, [source]], [value, [source]], ...writesIn([body])]
    }
    case 'with': {
      const writes = writesIn([statement[4]])
      return statement[1] === 'input' ? writes : writes.map(([slot]) => [slot, undefined])
    }
    default:
      return writesIn(bodiesOf(statement))
  }
}

/** Statements, and those that are in them. */
export function statementsIn(blocks: readonly Body[]): readonly Statement[] {
  return blocks.flat().flatMap((each) => [each, ...statementsIn(bodiesOf(each))])
}

function bodiesOf(statement: Statement): readonly Body[] {
  switch (statement[0]) {
    case 'block':
      return statement[1]
    case 'choose':
      return statement[3]
    case 'not':
      return [statement[1]]
    case 'scan':
    case 'with':
      return [statement[4]]
    default:
      return []
  }
}
