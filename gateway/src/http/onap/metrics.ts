import { Counter, Registry, Summary, collectDefaultMetrics } from 'prom-client'

import type { Counts, Statistics } from './statistics.ts'

export interface Metrics {
  readonly contentType: string
  /** Every metric in Prometheus' text format. */
  text(): Promise<string>
  /** Times one request; call what it returns when that is answered. */
  startDecision(): () => void
  startDataRequest(): () => void
}

const counters: Readonly<Record<string, readonly [help: string, ...counts: (keyof Counts)[]]>> = {
  pdpo_policy_decisions_total: [
    'Total Number of Decision Handler hits for OPA',
    'decisionSuccessCount',
    'decisionFailureCount',
  ],
  pdpo_policy_deployments_total: [
    'Total Number of Successful Deployment for OPA',
    'deploySuccessCount',
  ],
  pdpo_policy_deployment_failures_total: [
    'Total Number of Deployment Failures for OPA',
    'deployFailureCount',
  ],
  pdpo_policy_undeployments_success_total: [
    'Total Number of Successful Undeployment for OPA',
    'undeploySuccessCount',
  ],
  pdpo_policy_undeployments_failures_total: [
    'Total Number of Undeployment Failures for OPA',
    'undeployFailureCount',
  ],
  pdpo_dynamic_data_success_total: [
    'Total Number of Successful Dynamic Data Updates for OPA',
    'dynamicDataUpdateSuccessCount',
  ],
  pdpo_dynamic_data_failures_total: [
    'Total Number of Failed Dynamic Data Updates for OPA',
    'dynamicDataUpdateFailureCount',
  ],
}

/** The metrics of the Go PDP by its names, from the same counts as its statistics, and those of the process. */
export function createMetrics({ counts }: Pick<Statistics, 'counts'>): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  for (const [name, [help, ...summed]] of Object.entries(counters)) {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset()
        this.inc(summed.reduce((sum, counter) => sum + counts[counter], 0))
      },
    })
  }
  // As in the original, no quantiles: sum and count.
  const summary = (name: string, help: string): Summary =>
    new Summary({ name, help, registers, percentiles: [] })
  const decisions = summary(
    'opa_decision_response_time_seconds',
    'Response time of OPA decision handler',
  )
  const data = summary('opa_data_response_time_seconds', 'Response time of OPA data handler')
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    startDecision: () => decisions.startTimer(),
    startDataRequest: () => data.startTimer(),
  }
}
