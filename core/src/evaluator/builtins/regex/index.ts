import type { RegoValue } from '../../value.ts'
import type { Builtin } from '../builtin.ts'
import { BuiltinError, int64Operand, stringOperand } from '../operand.ts'
import { intersects } from './globs.ts'
import { patternOf, type Match } from './pattern.ts'
import { groupOf, replaceAll } from './replacement.ts'
import { patternOfTemplate } from './template.ts'

function regexMatch([pattern, text]: readonly RegoValue[]): boolean {
  const [source, subject] = [stringOperand(pattern), stringOperand(text)]
  return patternOf(source).matches(subject)
}

function isValid([pattern]: readonly RegoValue[]): boolean {
  if (typeof pattern !== 'string') return false
  try {
    return patternOf(pattern) !== undefined
  } catch (error) {
    if (error instanceof BuiltinError) return false
    throw error
  }
}

/** As Go's `Regexp.Split`, which drops an empty beginning that an empty match splits off. */
function split([pattern, text]: readonly RegoValue[]): readonly string[] {
  const [source, subject] = [stringOperand(pattern), stringOperand(text)]
  const matches = patternOf(source).findAll(subject, -1)
  if (source !== '' && subject === '') return ['']
  const parts: string[] = []
  let [begin, end] = [0, 0]
  for (const [from = 0, to = 0] of matches) {
    end = from
    if (to !== 0) parts.push(subject.slice(begin, end))
    begin = to
  }
  return end === subject.length ? parts : [...parts, subject.slice(begin)]
}

function find(operands: readonly RegoValue[]): readonly string[] {
  return findAll(operands, (text, match) => groupOf(text, match, 0) ?? '')
}

/** Of each match the whole and the groups; empty text for a group that took no part. */
function findSubmatches(operands: readonly RegoValue[]): readonly RegoValue[] {
  return findAll(operands, (text, match) =>
    Array.from({ length: match.length / 2 }, (_, group) => groupOf(text, match, group) ?? ''),
  )
}

function findAll<Found>(
  [pattern, text, count]: readonly RegoValue[],
  toFound: (text: string, match: Match) => Found,
): readonly Found[] {
  const [source, subject, limit] = [
    stringOperand(pattern),
    stringOperand(text),
    int64Operand(count),
  ]
  return patternOf(source)
    .findAll(subject, Number(limit))
    .map((match) => toFound(subject, match))
}

function replace([text, pattern, template]: readonly RegoValue[]): string {
  const [subject, source] = [stringOperand(text), stringOperand(pattern)]
  return replaceAll(patternOf(source), subject, stringOperand(template))
}

function templateMatch([template, text, ...delimiters]: readonly RegoValue[]): boolean {
  const [source, subject] = [stringOperand(template), stringOperand(text)]
  const [start = '', end = ''] = delimiters.map(stringOperand)
  if (![start, end].every((delimiter) => /^[\0-\x7f]$/.test(delimiter)))
    throw new BuiltinError('a delimiter has to be exactly one character long')
  return patternOf(patternOfTemplate(source, start, end)).matches(subject)
}

function globsMatch([left, right]: readonly RegoValue[]): boolean {
  return intersects(stringOperand(left), stringOperand(right))
}

export const builtins: Readonly<Record<string, Builtin>> = {
  re_match: regexMatch,
  'regex.find_all_string_submatch_n': findSubmatches,
  'regex.find_n': find,
  'regex.globs_match': globsMatch,
  'regex.is_valid': isValid,
  'regex.match': regexMatch,
  'regex.replace': replace,
  'regex.split': split,
  'regex.template_match': templateMatch,
}
