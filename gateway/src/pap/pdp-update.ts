import * as v from 'valibot'

import { issueText } from './issue-text.ts'
import type { Assignment } from './pdp-status.ts'
import { PolicyIdentifierSchema, ToscaPolicySchema } from './tosca-policy.ts'

const text = v.nullish(v.string(), '')
const integer = v.nullish(v.pipe(v.number(), v.integer()), 0)

/** PAP → PDP: a delta of what this PDP has to hold. Absent and null members are empty, as in the Go PDP. */
const PdpUpdateSchema = v.object({
  source: text,
  pdpHeartbeatIntervalMs: v.nullish(v.pipe(v.number(), v.integer())),
  policiesToBeDeployed: v.nullish(v.array(ToscaPolicySchema)),
  policiesToBeUndeployed: v.nullish(v.array(PolicyIdentifierSchema)),
  messageName: text,
  requestId: text,
  timestampMs: integer,
  name: text,
  pdpGroup: text,
  pdpSubgroup: text,
})
export type PdpUpdate = Readonly<v.InferOutput<typeof PdpUpdateSchema>>

/** The required members in the Go PDP's order, with the names its validator gives them. */
const REQUIRED = [
  ['source', 'Source'],
  ['policiesToBeDeployed', 'PoliciesToBeDeployed'],
  ['messageName', 'MessageName'],
  ['requestId', 'RequestId'],
  ['timestampMs', 'TimestampMs'],
  ['pdpGroup', 'PdpGroup'],
  ['pdpSubgroup', 'PdpSubgroup'],
] as const

/** A readable update, or why it is refused in the words of the answer. */
export type PdpUpdateReading = { readonly update: PdpUpdate } | { readonly refusal: string }

export function readPdpUpdate(content: unknown): PdpUpdateReading {
  const { success, output, issues } = v.safeParse(PdpUpdateSchema, content)
  if (!success)
    return { refusal: `PDP Update Failed as failed Unmarshalling: ${issueText(issues)}` }
  const missing = missingMembers(output)
  if (missing.length === 0) return { update: output }
  return { refusal: `PDP Update Failed: ${missing.map(requiredText).join('\n')}` }
}

/** Neither group nor subgroup: the PAP has removed the subgroup, and this PDP holds nothing any more. */
export function isRelease(update: PdpUpdate): boolean {
  return (
    update.pdpGroup === '' && update.pdpSubgroup === '' && update.policiesToBeDeployed?.length === 0
  )
}

/** What an operator's change makes a PAP say. Its answer to a PDP has an interval, and to a newcomer nothing to undeploy. */
export function isDelta(update: PdpUpdate): boolean {
  const { pdpHeartbeatIntervalMs, policiesToBeUndeployed } = update
  return typeof pdpHeartbeatIntervalMs !== 'number' && Array.isArray(policiesToBeUndeployed)
}

export function assignmentOf(update: PdpUpdate): Assignment {
  return { group: update.pdpGroup, subgroup: update.pdpSubgroup }
}

function missingMembers(update: PdpUpdate): readonly string[] {
  const required = isRelease(update) ? REQUIRED.slice(0, -2) : REQUIRED
  return required.filter(([member]) => isMissing(update[member])).map(([, name]) => name)
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === '' || value === 0
}

function requiredText(name: string): string {
  return `Key: 'PdpUpdate.${name}' Error:Field validation for '${name}' failed on the 'required' tag`
}
