import type { Administration, PolicyUpdate, UpdateOutcome } from '../../pap/administration.ts'

/** Since this gateway started; the names are on the wire. */
export type Counts = Readonly<Record<Counter, number>>

export type Counter = (typeof counters)[number]

const counters = [
  'decisionFailureCount',
  'decisionSuccessCount',
  'denyDecisionsCount',
  'deployFailureCount',
  'deploySuccessCount',
  'dynamicDataUpdateFailureCount',
  'dynamicDataUpdateSuccessCount',
  'indeterminantDecisionsCount',
  'permitDecisionsCount',
  /** Decisions, data requests and policies that failed, of whatever kind. */
  'totalErrorCount',
  'undeployFailureCount',
  'undeploySuccessCount',
] as const

export interface Statistics {
  readonly counts: Counts
  /** How often each policy has its part in a count; what no policy has is under `''`. */
  byPolicy(counter: Counter): ReadonlyMap<string, number>
  /**
   * What is called a failure is an error, too. `policy` is one that is, or should be, in force: the names are kept, a
   * thousand of each count; what further ones have is under `''` as well.
   */
  count(counter: Counter, policy?: string): void
}

/** Each is a series of the metrics, and whoever writes to the topic can make up names. */
const mostPolicies = 1_000

export function createStatistics(): Statistics {
  const counts = Object.fromEntries(counters.map((counter) => [counter, 0])) as Record<
    Counter,
    number
  >
  const shares = new Map(counters.map((counter) => [counter, new Map<string, number>()]))

  function count(counter: Counter, policy = ''): void {
    counts[counter] += 1
    const share = shares.get(counter) ?? new Map<string, number>()
    const name = share.has(policy) || share.size < mostPolicies ? policy : ''
    share.set(name, (share.get(name) ?? 0) + 1)
    if (counter.endsWith('FailureCount')) count('totalErrorCount', policy)
  }

  return { counts, count, byPolicy: (counter) => shares.get(counter) ?? new Map() }
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
      for (const { name } of outcome.deployed) count('deploySuccessCount', name)
      for (const { name } of outcome.undeployed) count('undeploySuccessCount', name)
      const missing = missingAfter(update, outcome, administration)
      for (const index of outcome.deployErrors.keys()) count('deployFailureCount', missing[index])
      for (const _ of outcome.undeployErrors) count('undeployFailureCount')
      return outcome
    },
  }
}

/** Names of what the update was to deploy and neither deployed nor found. */
function missingAfter(
  { deploy }: PolicyUpdate,
  { deployed }: UpdateOutcome,
  administration: Pick<Administration, 'policies'>,
): readonly string[] {
  const there = new Set([...deployed, ...administration.policies()].map(idOf))
  return deploy.filter((policy) => !there.has(idOf(policy))).map(({ name }) => name)
}

function idOf({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name} ${version}`
}
