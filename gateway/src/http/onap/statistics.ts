import type { Administration } from '../../pap/administration.ts'

/** Since this gateway started; the names are on the wire. */
export interface Counts {
  readonly decisionFailureCount: number
  readonly decisionSuccessCount: number
  readonly deployFailureCount: number
  readonly deploySuccessCount: number
  readonly dynamicDataUpdateFailureCount: number
  readonly dynamicDataUpdateSuccessCount: number
  /** Decisions, data requests and policies that failed, of whatever kind. */
  readonly totalErrorCount: number
  readonly undeployFailureCount: number
  readonly undeploySuccessCount: number
}

export interface Statistics {
  readonly counts: Counts
  /** `times` defaults to 1. What is called a failure is an error, too. */
  count(counter: keyof Counts, times?: number): void
}

export function createStatistics(): Statistics {
  const counts = {
    decisionFailureCount: 0,
    decisionSuccessCount: 0,
    deployFailureCount: 0,
    deploySuccessCount: 0,
    dynamicDataUpdateFailureCount: 0,
    dynamicDataUpdateSuccessCount: 0,
    totalErrorCount: 0,
    undeployFailureCount: 0,
    undeploySuccessCount: 0,
  }
  return {
    counts,
    count(counter, times = 1) {
      counts[counter] += times
      if (counter.endsWith('FailureCount')) counts.totalErrorCount += times
    },
  }
}

/** The administration, with every policy that an update touched counted. */
export function countUpdates(
  administration: Administration,
  { count }: Pick<Statistics, 'count'>,
): Administration {
  return {
    policies: () => administration.policies(),
    state: () => administration.state(),
    setState: (state) => administration.setState(state),
    async apply(update) {
      const outcome = await administration.apply(update)
      count('deploySuccessCount', outcome.deployed.length)
      count('deployFailureCount', outcome.deployErrors.length)
      count('undeploySuccessCount', outcome.undeployed.length)
      count('undeployFailureCount', outcome.undeployErrors.length)
      return outcome
    },
  }
}
