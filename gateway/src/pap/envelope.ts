import * as v from 'valibot'

const member = v.nullish(v.string(), '')

const EnvelopeSchema = v.object({
  messageName: member,
  name: member,
  pdpGroup: member,
  pdpSubgroup: member,
  requestId: v.fallback(member, ''),
})

/** The four members that say what a record on the topic is and whom it is for; absent and null are empty. */
export type Envelope = Readonly<Omit<v.InferOutput<typeof EnvelopeSchema>, 'requestId'>>

/** One record, opened as far as the envelope; `content` is all of it, still unchecked. */
export interface OpenedRecord {
  readonly envelope: Envelope
  /** Empty when unreadable: a PAP takes the answer to it for a heartbeat. */
  readonly requestId: string
  readonly content: unknown
}

/** Undefined for a record that is no JSON object with a readable envelope: nobody can be answered then. */
export function openRecord(text: string): OpenedRecord | undefined {
  try {
    const content: unknown = JSON.parse(text)
    const { requestId, ...envelope } = v.parse(EnvelopeSchema, content)
    return { envelope, requestId, content }
  } catch {
    return undefined
  }
}
