import type { MiddlewareHandler } from 'hono'

import type { Metrics } from './metrics.ts'
import type { Statistics } from './statistics.ts'

declare module 'hono' {
  interface ContextVariableMap {
    /** Left behind by a door that found the policy in force that a request is about. */
    policyName: string
  }
}

/** What is counted, and where. */
export interface Counting {
  readonly statistics: Pick<Statistics, 'count'>
  readonly metrics: Metrics
}

export function countDecisions({ statistics, metrics }: Counting): MiddlewareHandler {
  return async function countDecision(c, next) {
    const stop = metrics.startDecision()
    await next()
    stop()
    const counter = c.res.status === 200 ? 'decisionSuccessCount' : 'decisionFailureCount'
    statistics.count(counter, c.get('policyName'))
  }
}

/**
 * What is not read is an error, but no failed update: only a PATCH is an update. One that was only accepted is counted
 * when it comes back over the topic.
 */
export function countDataRequests({ statistics, metrics }: Counting): MiddlewareHandler {
  return async function countDataRequest(c, next) {
    const stop = metrics.startDataRequest()
    await next()
    stop()
    const policyName = c.get('policyName')
    const isUpdate = c.req.method === 'PATCH'
    if (c.res.status === 204) statistics.count('dynamicDataUpdateSuccessCount', policyName)
    if (c.res.ok) return
    statistics.count(isUpdate ? 'dynamicDataUpdateFailureCount' : 'totalErrorCount', policyName)
  }
}
