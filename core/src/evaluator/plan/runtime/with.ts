import {
  isObjectValue,
  membersOf,
  RegoObject,
  type RegoRecord,
  type RegoValue,
} from '../../value.ts'
import type { Expression, Statement } from '../program.ts'
import type { Builder, Step } from './builder.ts'
import { reader } from './expressions.ts'
import { noteReplaced } from './replaced.ts'

type With = Extract<Statement, readonly ['with', ...unknown[]]>

/**
 * The closure that runs a body with another input or data, or with a part of them replaced. An error leaves them as
 * they are: whoever catches it sets them right.
 */
export function replacer([, document, path, value]: With, body: Step, builder: Builder): Step {
  const { run } = builder
  const read = reader(value, builder)
  const mayBeUndefined = isLocal(value)
  return () => {
    const replacement = read()
    if (replacement === undefined && !mayBeUndefined) return 1
    const { [document]: before, epoch } = run
    run[document] = upsert(before, path, replacement)
    if (document === 'data') noteReplaced(run, before, path)
    run.epoch = ++run.lastEpoch
    const code = body()
    run[document] = before
    run.epoch = epoch
    return code > 1 ? code - 1 : code
  }
}

/** A copy with the value at the path; whatever on the way there is no object becomes one. */
function upsert(
  target: RegoValue | undefined,
  path: readonly string[],
  value: RegoValue | undefined,
): RegoValue | undefined {
  const [key, ...rest] = path
  if (key === undefined || value === undefined) return value
  if (target instanceof RegoObject) {
    const copy = new RegoObject(membersOf(target))
    copy.set(key, upsert(target.get(key), rest, value) ?? null)
    return copy
  }
  const record: RegoRecord = isObjectValue(target) ? (target as RegoRecord) : {}
  const before = Object.hasOwn(record, key) ? record[key] : undefined
  return { ...record, [key]: upsert(before, rest, value) ?? null }
}

function isLocal(value: Expression): boolean {
  return Array.isArray(value) && value[0] === 'local'
}
