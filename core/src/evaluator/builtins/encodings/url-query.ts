import { isJsonArray, isJsonObject } from '../../../json/equal.ts'
import type { Json } from '../../../json/json.ts'
import { toJson } from '../../value-json.ts'
import { compareStrings, objectOf, type RegoObjectValue, type RegoValue } from '../../value.ts'
import { BuiltinError, stringOperand } from '../operand.ts'
import { checkEscapes, escapePercent, unescapePercent } from './percent.ts'

export function urlQueryEncode([text]: readonly RegoValue[]): string {
  return escape(stringOperand(text))
}

export function urlQueryDecode([text]: readonly RegoValue[]): string {
  return unescape(stringOperand(text))
}

/** Parameters in the order of their names; a list makes one for each of its texts. */
export function urlQueryEncodeObject([object = null]: readonly RegoValue[]): string {
  const members = toJson(object)
  if (!isJsonObject(members)) throw new BuiltinError('operand must be an object')
  return Object.keys(members)
    .toSorted(compareStrings)
    .flatMap((name) => textsOf(members[name]).map((text) => `${escape(name)}=${escape(text)}`))
    .join('&')
}

/** Go's limit of parameters, `urlmaxqueryparams`. */
const mostParameters = 10_000

/** Each name with the list of its values. */
export function urlQueryDecodeObject([text]: readonly RegoValue[]): RegoObjectValue {
  const query = stringOperand(text)
  const parameters = query.split('&')
  if (parameters.length > mostParameters) throw new BuiltinError('too many parameters')
  const values = new Map<string, string[]>()
  for (const parameter of parameters.filter((each) => each !== '')) {
    if (parameter.includes(';')) throw new BuiltinError('invalid semicolon separator in query')
    const [name, value] = cut(parameter, '=').map(unescape) as [string, string]
    values.set(name, [...(values.get(name) ?? []), value])
  }
  return objectOf([...values])
}

function textsOf(value: Json | undefined): readonly string[] {
  const texts = isJsonArray(value) ? value : [value]
  if (!texts.every((text) => typeof text === 'string'))
    throw new BuiltinError('values must be string, array[string], or set[string]')
  return texts
}

function cut(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)]
}

/** Go's `url.QueryEscape`. */
function escape(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, escapePercent)
    .replaceAll('%20', '+')
}

/** Go's `url.QueryUnescape`. */
function unescape(text: string): string {
  return unescapePercent(checkEscapes(text).replaceAll('+', ' '))
}
