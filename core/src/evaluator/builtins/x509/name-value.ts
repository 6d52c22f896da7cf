import type { RegoValue } from '../../value.ts'
import type { Attribute } from '../keys/name.ts'
import { listValue, oidValue, text } from './go-values.ts'

const lists: Readonly<Record<string, string>> = {
  Country: '2.5.4.6',
  Organization: '2.5.4.10',
  OrganizationalUnit: '2.5.4.11',
  Locality: '2.5.4.7',
  Province: '2.5.4.8',
  StreetAddress: '2.5.4.9',
  PostalCode: '2.5.4.17',
}

/** A distinguished name as Go's `pkix.Name`. */
export function nameValue(attributes: readonly Attribute[]): RegoValue {
  const valuesOf = (oid: string): readonly string[] =>
    attributes.filter((attribute) => attribute.oid === oid).map(({ value }) => value)
  const known = Object.entries(lists).map(([name, oid]): [string, RegoValue] => [
    name,
    listValue(valuesOf(oid), text),
  ])
  return {
    ...Object.fromEntries(known),
    CommonName: valuesOf('2.5.4.3').at(-1) ?? '',
    SerialNumber: valuesOf('2.5.4.5').at(-1) ?? '',
    Names: listValue(attributes, ({ oid, value }) => ({ Type: oidValue(oid), Value: value })),
    ExtraNames: null,
  }
}
