import type { MiddlewareHandler } from 'hono'

import type { Metrics } from './metrics.ts'
import type { Statistics } from './statistics.ts'

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
    statistics.count(c.res.status === 200 ? 'decisionSuccessCount' : 'decisionFailureCount')
  }
}

/** What is not read is an error, but no failed update: only a PATCH is an update. */
export function countDataRequests({ statistics, metrics }: Counting): MiddlewareHandler {
  return async function countDataRequest(c, next) {
    const stop = metrics.startDataRequest()
    await next()
    stop()
    const isUpdate = c.req.method === 'PATCH'
    if (c.res.ok && isUpdate) statistics.count('dynamicDataUpdateSuccessCount')
    if (c.res.ok) return
    statistics.count(isUpdate ? 'dynamicDataUpdateFailureCount' : 'totalErrorCount')
  }
}
