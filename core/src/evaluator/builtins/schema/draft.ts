import { isJsonObject } from '../../../json/equal.ts'
import type { Json } from '../../../json/json.ts'
import { BuiltinError } from '../operand.ts'
import { urlText } from '../urls/url-text.ts'
import { parseReference } from './reference.ts'

/** Of what no draft is named, everything is taken that any draft knows. */
export type Draft = 4 | 6 | 7 | 'hybrid'

const drafts: Readonly<Record<string, Draft>> = {
  'http://json-schema.org/draft-04/schema': 4,
  'http://json-schema.org/draft-06/schema': 6,
  'http://json-schema.org/draft-07/schema': 7,
}

/** The draft that `$schema` names; `undefined` for none, and for one that is not known. */
export function draftOf(schema: Json): Draft | undefined {
  if (typeof schema === 'boolean') return undefined
  if (!isJsonObject(schema)) throw new BuiltinError('schema is invalid')
  const name = Object.hasOwn(schema, '$schema') ? schema['$schema'] : undefined
  if (name === undefined) return undefined
  if (typeof name !== 'string') throw new BuiltinError('$schema must be of type string')
  const url = urlText(parseReference(name))
  return Object.hasOwn(drafts, url) ? drafts[url] : undefined
}

export function isFrom(draft: Draft, first: 6 | 7): boolean {
  return draft === 'hybrid' || draft >= first
}
