import type { Handler } from 'hono'

import { jsonAnswer } from './json-answer.ts'
import type { Counter, Counts } from './statistics.ts'

export interface HealthcheckOptions {
  readonly pdpName: string
  /** What keeps this PDP from its work, in one sentence. */
  readonly trouble: () => string | undefined
}

/** In the form of the Go PDP, which is healthy whatever happens. */
export function healthcheck({ pdpName, trouble }: HealthcheckOptions): Handler {
  return function answerHealthcheck(c) {
    const message = trouble()
    const healthy = message === undefined
    const code = healthy ? 200 : 503
    return jsonAnswer(c, code, {
      code,
      healthy,
      message: message ?? 'alive',
      name: pdpName,
      url: 'self',
    })
  }
}

export interface StatisticsOptions {
  readonly counts: Counts
  /** Those that the API has. */
  readonly counters: readonly Counter[]
  readonly policies: () => readonly unknown[]
}

export function statisticsReport({ counts, counters, policies }: StatisticsOptions): Handler {
  return function answerStatistics(c) {
    const totals = { totalPoliciesCount: policies().length, totalPolicyTypesCount: 1 }
    const counted = Object.fromEntries(counters.map((counter) => [counter, counts[counter]]))
    return jsonAnswer(c, 200, { code: 200, ...counted, ...totals })
  }
}

const common: readonly Counter[] = [
  'deployFailureCount',
  'deploySuccessCount',
  'totalErrorCount',
  'undeployFailureCount',
  'undeploySuccessCount',
]

export const decisionCounters: readonly Counter[] = [
  'decisionFailureCount',
  'decisionSuccessCount',
  'dynamicDataUpdateFailureCount',
  'dynamicDataUpdateSuccessCount',
  ...common,
]

export const verdictCounters: readonly Counter[] = [
  'denyDecisionsCount',
  'indeterminantDecisionsCount',
  'permitDecisionsCount',
  ...common,
]
