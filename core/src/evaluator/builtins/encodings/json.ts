import type { Json } from '../../../json/json.ts'
import { membersOf, type RegoValue } from '../../value.ts'
import { BuiltinError, objectOperand, stringOperand } from '../operand.ts'
import { readJson, readJsonBeforeNull } from './json-read.ts'
import { marshalJson, marshalLines } from './json-write.ts'
import { isInRange } from './number-range.ts'

export function jsonMarshal([value = null]: readonly RegoValue[]): string {
  return marshalJson(value)
}

/** `pretty`, with `prefix` and `indent` (a tab) for its lines; it is meant where one of these two is given. */
export function jsonMarshalWithOptions([value = null, options]: readonly RegoValue[]): string {
  const { pretty, prefix, indent } = optionsFrom(options)
  const isPretty = pretty ?? (prefix ?? indent) !== undefined
  if (!isPretty) return marshalJson(value)
  return marshalLines(value, { prefix: prefix ?? '', indent: indent ?? '\t' })
}

const hasExponent = /\d[eE]/

export function jsonUnmarshal([text]: readonly RegoValue[]): Json {
  const source = stringOperand(text)
  const whole = readJson(source)
  const value = whole === undefined ? readJsonBeforeNull(source) : whole
  if (value === undefined) throw new BuiltinError('not JSON')
  if (hasExponent.test(source) && !isInRange(value)) throw new BuiltinError('number too big')
  return value
}

export function jsonIsValid([text]: readonly RegoValue[]): boolean {
  return typeof text === 'string' && readJson(text) !== undefined
}

type Options = { pretty?: boolean; prefix?: string; indent?: string }

function optionsFrom(value: RegoValue | undefined): Options {
  const options: Options = {}
  for (const [name, option] of membersOf(objectOperand(value))) {
    if (name === 'pretty' && typeof option === 'boolean') options.pretty = option
    else if (name === 'prefix' || name === 'indent') options[name] = stringOperand(option)
    else throw new BuiltinError('object contained an unknown key or value')
  }
  return options
}
