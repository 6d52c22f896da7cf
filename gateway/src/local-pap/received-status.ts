import * as v from 'valibot'

import { PolicyIdentifierSchema } from '../pap/tosca-policy.ts'

const text = v.nullish(v.string(), '')

/** A PDP_STATUS as a PAP reads it: what it does not use is not looked at. */
const StatusSchema = v.object({
  messageName: v.literal('PDP_STATUS'),
  pdpType: v.literal('opa'),
  state: v.string(),
  name: v.pipe(v.string(), v.regex(/^[A-Za-z0-9\-_.]+$/)),
  pdpGroup: text,
  pdpSubgroup: text,
  policies: v.nullish(v.array(PolicyIdentifierSchema), []),
  response: v.nullish(v.object({ responseTo: text, responseStatus: text, responseMessage: text })),
})
export type ReceivedStatus = Readonly<v.InferOutput<typeof StatusSchema>>

/** Undefined for every other record on the topic. */
export function readPdpStatus(record: string): ReceivedStatus | undefined {
  try {
    return v.parse(StatusSchema, JSON.parse(record))
  } catch {
    return undefined
  }
}
