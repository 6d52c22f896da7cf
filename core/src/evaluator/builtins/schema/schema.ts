import type { JsonNumber } from '../../../json/number.ts'
import type { Pattern } from '../regex/pattern.ts'
import type { Draft } from './draft.ts'

/** A schema that has been read; what is absent asks for nothing. */
export interface Schema {
  readonly draft: Draft
  /** Of a schema that is `true` or `false`. */
  pass?: boolean
  /** What `$ref` leads to: nothing else counts. */
  reference?: Schema
  readonly types: string[]
  items: Schema[]
  isOneForAllItems: boolean
  additionalItems?: boolean | Schema
  contains?: Schema
  properties: [name: string, schema: Schema][]
  patternProperties: [pattern: Pattern, schema: Schema][]
  additionalProperties?: boolean | Schema
  propertyNames?: Schema
  dependencies: Map<string, readonly string[] | Schema>
  readonly required: string[]
  multipleOf?: JsonNumber
  minimum?: JsonNumber | undefined
  exclusiveMinimum?: JsonNumber
  maximum?: JsonNumber | undefined
  exclusiveMaximum?: JsonNumber
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  minProperties?: number
  maxProperties?: number
  isUnique: boolean
  pattern?: { readonly source: string; readonly compiled: Pattern }
  format: string
  /** As canonical texts. */
  constant?: string
  enumeration?: readonly string[]
  oneOf: Schema[]
  anyOf: Schema[]
  allOf: Schema[]
  not?: Schema
  if?: Schema
  then?: Schema
  else?: Schema
}

export function createSchema(draft: Draft): Schema {
  return {
    draft,
    types: [],
    items: [],
    isOneForAllItems: false,
    properties: [],
    patternProperties: [],
    dependencies: new Map(),
    required: [],
    isUnique: false,
    format: '',
    oneOf: [],
    anyOf: [],
    allOf: [],
  }
}
