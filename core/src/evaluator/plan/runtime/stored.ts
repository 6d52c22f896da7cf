import { EvaluationError } from '../../evaluator.ts'
import type { RegoValue } from '../../value.ts'
import type { Expression } from '../program.ts'
import { getAt, getBaseAt } from './access.ts'
import type { Builder, Read } from './builder.ts'
import { readers } from './expressions.ts'
import type { Get } from './keyed.ts'
import { isNode, type Member } from './nodes.ts'
import { replacedParts } from './replaced.ts'
import { statementsIn } from './writes.ts'

/**
 * Reads of the data document. Where `with` replaced a part of it, OPA goes on reading its store by whatever path does not
 * lead to that part: there `data.users[2]` still finds the member "2".
 */
export function storedGetter([, source]: Member, builder: Builder): Get {
  const { run } = builder
  let path: readonly Read[] | undefined
  return (from, key) => {
    if (run.data === run.document) return getBaseAt(from, key)
    path ??= readers(pathOf(source, builder), builder)
    const keys = [...path.map((read) => read()), key]
    const isReplaced = replacedParts(run.data, run).some((each) =>
      each.every((part, at) => part === keys[at]),
    )
    return isReplaced ? getAt(from, key) : keys.reduce(memberOf, run.document)
  }
}

function memberOf(from: RegoValue | undefined, key: RegoValue | undefined): RegoValue | undefined {
  return key === undefined ? undefined : getBaseAt(from, key)
}

/** The keys that lead from the data document to what is read. */
function pathOf(expression: Expression, builder: Builder): readonly Expression[] {
  if (isNode(expression, 'data')) return []
  if (isNode(expression, 'base')) return [...pathOf(expression[1], builder), expression[2]]
  const [path, ...others] = isNode(expression, 'local') ? pathsTo(expression[1], builder) : []
  if (path && others.length === 0) return path
  throw new EvaluationError('ERR_EVALUATION', 'the policy reads replaced data in an unknown way')
}

/** The paths of all that is put into a slot. */
function pathsTo(slot: number, builder: Builder): (readonly Expression[])[] {
  return statementsIn(builder.blocks).flatMap((statement) => {
    if (statement[0] === 'let' && statement[1] === slot) return [pathOf(statement[2], builder)]
    if (statement[0] !== 'scan' || statement[3] !== slot) return []
    return [[...pathOf(statement[1], builder), ['local', statement[2]] as const]]
  })
}
