import type { PolicyIdentifier, ToscaPolicy } from '../pap/tosca-policy.ts'
import type { PapEvent } from './event.ts'
import type { ReceivedStatus } from './received-status.ts'
import { GROUP, SUBGROUP } from './requests.ts'
import { isListed } from './subgroup.ts'
import type { Change } from './subgroup.ts'

/** What a PAP concludes from the answer to an update. */
export interface Verdict {
  readonly events: readonly PapEvent[]
  readonly deployed: readonly ToscaPolicy[]
  /** Policies to deploy that the PDP does not list: they are taken back. */
  readonly missing: readonly ToscaPolicy[]
}

/** Not the word SUCCESS counts but the policies listed; an answer of another PDP or group counts for nothing. */
export function judge(pdp: string, change: Change, answer: ReceivedStatus): Verdict {
  const mismatch = mismatchOf(pdp, answer)
  if (mismatch !== undefined) {
    return {
      events: [{ kind: 'refused', pdp, policies: [], reason: mismatch }],
      deployed: [],
      missing: [],
    }
  }
  const { responseStatus, responseMessage: reason = '' } = answer.response ?? {}
  const deployed = change.deploy.filter((policy) => isListed(answer.policies, policy))
  const missing = change.deploy.filter((policy) => !isListed(answer.policies, policy))
  const undeployed = change.undeploy.filter((policy) => !isListed(answer.policies, policy))
  const isRefused = missing.length > 0 || responseStatus === 'FAILURE' || responseStatus === 'FAIL'
  const events = [
    ...listed('undeployed', pdp, undeployed),
    ...listed('deployed', pdp, deployed),
    ...(isRefused ? [{ kind: 'refused', pdp, policies: missing, reason } as const] : []),
  ]
  return { events, deployed, missing }
}

/** The real PAP's words. */
function mismatchOf(pdp: string, answer: ReceivedStatus): string | undefined {
  if (answer.name !== pdp) return 'PDP name does not match'
  if (answer.pdpGroup !== GROUP) return 'group does not match'
  return answer.pdpSubgroup === SUBGROUP ? undefined : 'subgroup does not match'
}

function listed(
  kind: 'deployed' | 'undeployed',
  pdp: string,
  policies: readonly PolicyIdentifier[],
): readonly PapEvent[] {
  return policies.length === 0 ? [] : [{ kind, pdp, policies }]
}
