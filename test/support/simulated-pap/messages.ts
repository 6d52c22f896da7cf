import * as v from 'valibot'

/** What PAP says to a PDP. Null members are absent, as Gson writes them. */
export type Request = UpdateRequest | StateRequest

export interface UpdateRequest extends Addressed {
  readonly messageName: 'PDP_UPDATE'
  /** Only where the PDP itself made PAP speak: a registration, or a heartbeat that told of a difference. */
  readonly pdpHeartbeatIntervalMs?: number
  readonly policiesToBeDeployed: readonly Policy[]
  /** Absent in the answer to a registration. */
  readonly policiesToBeUndeployed?: readonly PolicyId[]
}

interface StateRequest extends Addressed {
  readonly messageName: 'PDP_STATE_CHANGE'
  readonly state: PapState
}

/** PAP's REST API refuses others. */
export type PapState = 'ACTIVE' | 'PASSIVE'

/** Without group and subgroup, the PDP has been taken out of them. */
interface Addressed {
  readonly name: string
  readonly pdpGroup?: string
  readonly pdpSubgroup?: string
}

export interface PolicyId {
  readonly name: string
  readonly version: string
}

/** A whole TOSCA policy; PAP looks at no more of it than this. */
export type Policy = PolicyId & object

export const GROUP = 'opaGroup'
export const TYPE = 'opa'

export function updateRequest(name: string, members: Partial<UpdateRequest>): UpdateRequest {
  const address = { name, pdpGroup: GROUP, pdpSubgroup: TYPE }
  return { ...address, policiesToBeDeployed: [], ...members, messageName: 'PDP_UPDATE' }
}

export function stateRequest(name: string, state: PapState): StateRequest {
  return { name, pdpGroup: GROUP, pdpSubgroup: TYPE, state, messageName: 'PDP_STATE_CHANGE' }
}

const text = v.string()
const ResponseSchema = v.object({ responseTo: text, responseStatus: text, responseMessage: text })

/** What PAP's classes and its database ask of a PDP_STATUS. */
export const StatusSchema = v.object({
  messageName: v.literal('PDP_STATUS'),
  pdpType: text,
  state: v.picklist(['PASSIVE', 'SAFE', 'TEST', 'ACTIVE', 'TERMINATED']),
  healthy: v.picklist(['HEALTHY', 'NOT_HEALTHY', 'TEST_IN_PROGRESS', 'UNKNOWN']),
  description: v.pipe(text, v.regex(/\S/), v.maxLength(255)),
  response: v.nullable(ResponseSchema),
  policies: v.array(v.object({ name: text, version: text })),
  name: v.pipe(text, v.regex(/^[A-Za-z0-9\-_.]+$/)),
  requestId: text,
  pdpGroup: v.nullable(text),
  pdpSubgroup: v.nullable(text),
  timestampMs: v.pipe(v.union([text, v.number()]), v.toNumber(), v.integer()),
})
export type Status = v.InferOutput<typeof StatusSchema>

const isSamePolicy = (a: PolicyId, b: PolicyId): boolean =>
  a.name === b.name && a.version === b.version

/** Those of `some` that are not among `others`. */
export function without<P extends PolicyId>(some: readonly P[], others: readonly PolicyId[]): P[] {
  return some.filter((policy) => !others.some((other) => isSamePolicy(policy, other)))
}
