import { vi } from 'vitest'

import type { Replayed } from '../recorded.ts'
import { recordedPolicies, startOpalGateway } from './gateway.ts'
import type { OpalGateway } from './gateway.ts'
import type { Peer } from './peer.ts'
import { probesOf } from './recording.ts'
import type { Recording } from './recording.ts'

interface Start {
  readonly policies?: Readonly<Record<string, string>>
  /** Of the source that is configured. */
  readonly source?: string
  readonly environment?: Readonly<Record<string, string>>
  /** What is waited for before the probes are asked. */
  readonly until?: (gateway: OpalGateway) => Promise<void>
}

const hasPolicies = async (gateway: OpalGateway): Promise<void> => {
  await vi.waitFor(
    async () => {
      const { body } = await gateway.call('GET', '/v1/data/app/rbac/allow')
      if ((body as { result?: boolean }).result !== false) throw new Error('no policy yet')
    },
    { timeout: 20_000 },
  )
}

const starts: Readonly<Record<string, Start>> = {
  client_started_no_server: { policies: {} },
  policy_ok_initial_data_fetch_pending: { source: '/slow', until: hasPolicies },
  policy_ok_initial_data_fetch_failed: { source: '/status/500', until: hasPolicies },
  after_one_unrelated_successful_update_ready_flips: {
    source: '/status/500',
    async until(gateway) {
      await hasPolicies(gateway)
      await gateway.call('POST', '/data/config', {
        entries: [{ url: '', dst_path: '/unrelated', data: 1 }],
      })
    },
  },
  data_updater_disabled: {
    environment: { OPAL_DATA_UPDATER_ENABLED: 'false' },
    until: hasPolicies,
  },
  policy_updater_disabled: { environment: { OPAL_POLICY_UPDATER_ENABLED: 'false' } },
}

/** Asks a gateway that starts as OPAL's client did whether it is ready and healthy. */
export async function replayStarts(
  { startup_and_updater_flag_cases: cases, policy_updater_disabled: flags }: Recording,
  peer: Peer,
): Promise<readonly Replayed[]> {
  const recorded = [
    ...cases.map((each) => ({ label: each.case, recorded: probesOf(each) })),
    {
      label: 'policy_updater_disabled',
      recorded: { healthy: flags['client /healthy'], ready: flags['client /ready'] },
    },
  ]
  return Promise.all(
    recorded.map(async (each) => ({ ...each, said: await probe(starts[each.label] ?? {}, peer) })),
  )
}

async function probe(start: Start, peer: Peer): Promise<object> {
  const { policies = recordedPolicies, source, environment, until } = start
  const entry = { url: `http://127.0.0.1:17777${source}`, dst_path: '/initial' }
  await using gateway = await startOpalGateway({
    policies,
    environment: {
      ...(source && {
        OPAL_DATA_CONFIG_SOURCES: peer.ours(JSON.stringify({ config: { entries: [entry] } })),
      }),
      ...environment,
    },
  })
  await until?.(gateway)
  return await gateway.probes()
}
