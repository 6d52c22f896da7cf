import { tags, type DerReader } from './der.ts'

export interface Extension {
  /** `2.5.29.15` */
  readonly oid: string
  readonly isCritical: boolean
  readonly value: Uint8Array
}

export function readExtension(reader: DerReader): Extension {
  const oid = reader.oid()
  const isCritical = reader.isNext(tags.boolean) && reader.boolean()
  return { oid, isCritical, value: reader.element(tags.octetString).contents }
}
