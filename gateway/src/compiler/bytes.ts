import * as v from 'valibot'

/** Bytes, which JSON carries as base64. */
export const bytes: v.GenericSchema<unknown, Uint8Array> = v.pipe(
  v.string(),
  v.base64(),
  v.transform((text) => new Uint8Array(Buffer.from(text, 'base64'))),
)
