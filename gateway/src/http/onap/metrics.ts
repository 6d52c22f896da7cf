import { Counter, Registry, collectDefaultMetrics } from 'prom-client'

import { Durations } from './durations.ts'
import type { Counter as Count, Statistics } from './statistics.ts'

export interface Metrics {
  readonly contentType: string
  /** Every metric in Prometheus' text format. */
  text(): Promise<string>
  /** Times one request; call what it returns when that is answered. */
  startDecision(): () => void
  startDataRequest(): () => void
}

/** Registers metrics of others. */
export type AddMetrics = (registry: Registry) => void

/** Those of the Go PDP, by its names: sums, without labels. */
const totals: Readonly<Record<string, readonly [help: string, ...counts: Count[]]>> = {
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

interface Labelled {
  readonly help: string
  /** The outcome that each count stands for. */
  readonly outcomes: Readonly<Partial<Record<Count, string>>>
}

/** Our own, by policy and outcome. */
const labelled: Readonly<Record<string, Labelled>> = {
  vedette_policy_decisions_total: {
    help: 'Decisions that ONAP components asked for',
    outcomes: {
      decisionSuccessCount: 'success',
      decisionFailureCount: 'failure',
      permitDecisionsCount: 'permit',
      denyDecisionsCount: 'deny',
      indeterminantDecisionsCount: 'indeterminate',
    },
  },
  vedette_policy_deployments_total: {
    help: 'Deployments the PAP asked for',
    outcomes: { deploySuccessCount: 'success', deployFailureCount: 'failure' },
  },
  vedette_policy_undeployments_total: {
    help: 'Undeployments the PAP asked for',
    outcomes: { undeploySuccessCount: 'success', undeployFailureCount: 'failure' },
  },
  vedette_data_updates_total: {
    help: 'Changes of data by PATCH or from other PDPs',
    outcomes: {
      dynamicDataUpdateSuccessCount: 'success',
      dynamicDataUpdateFailureCount: 'failure',
    },
  },
}

type Counted = Pick<Statistics, 'counts' | 'byPolicy'>

/** The metrics of the Go PDP and our own, from the same counts as the statistics, and those of the process. */
export function createMetrics(statistics: Counted, addMore: AddMetrics = () => {}): Metrics {
  const registry = new Registry()
  addMore(registry)
  collectDefaultMetrics({ register: registry })
  addTotals(registry, statistics)
  addLabelled(registry, statistics)
  const decisions = new Durations(
    registry,
    'opa_decision_response_time_seconds',
    'Response time of OPA decision handler',
  )
  const data = new Durations(
    registry,
    'opa_data_response_time_seconds',
    'Response time of OPA data handler',
  )
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    startDecision: () => decisions.start(),
    startDataRequest: () => data.start(),
  }
}

function addTotals(registry: Registry, { counts }: Counted): void {
  for (const [name, [help, ...summed]] of Object.entries(totals)) {
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset()
        this.inc(summed.reduce((sum, count) => sum + counts[count], 0))
      },
    })
  }
}

function addLabelled(registry: Registry, { byPolicy }: Counted): void {
  for (const [name, { help, outcomes }] of Object.entries(labelled)) {
    new Counter({
      name,
      help,
      registers: [registry],
      labelNames: ['policy', 'outcome'],
      collect() {
        this.reset()
        for (const [count, outcome] of Object.entries(outcomes) as [Count, string][]) {
          for (const [policy, times] of byPolicy(count)) this.inc({ policy, outcome }, times)
        }
      },
    })
  }
}
