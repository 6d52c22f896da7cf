import { readFile } from 'node:fs/promises'

import type { Broker } from '../../support/kafka/broker.ts'
import { toscaPolicy } from '../../support/tosca.ts'
import type { Result } from '../measurement.ts'
import { openAskers } from './decision-load.ts'
import { openStage } from './onap-stage.ts'

const connections = 50
const batch = 2_000
const batches = 12

/** ONAP's own sample of roles. */
const role = toscaPolicy({
  name: 'role',
  policy: {
    role: `package role
default allow := false
allow if user_is_admin
allow if {
  some grant in user_is_granted
  input.action == grant.action
  input.type == grant.type
}
user_is_admin if "admin" in data.node.role.user_roles[input.user]
user_is_granted contains grant if {
  some role in data.node.role.user_roles[input.user]
  some grant in data.node.role.role_grants[role]
}`,
  },
  data: {
    'node.role': {
      user_roles: { alice: ['admin'], bob: ['employee', 'billing'], eve: ['customer'] },
      role_grants: {
        customer: [{ action: 'read', type: 'dog' }],
        employee: [{ action: 'read', type: 'dog' }],
        billing: [{ action: 'update', type: 'finance' }],
      },
    },
  },
})
const body = JSON.stringify({
  onapName: 'CDS',
  onapComponent: 'CDS',
  onapInstance: 'CDS',
  currentDateTime: '2025-01-17T08:26:41.857Z',
  policyName: 'role',
  policyFilter: ['allow'],
  input: { user: 'bob', action: 'update', object: 'id123', type: 'finance' },
})

/** What `POST /policy/pdpo/v1/decision` costs the gateway's process, and how long it takes at fifty connections. */
export async function decisionDoor(broker: Broker): Promise<readonly Result[]> {
  await using stage = await openStage(broker, [role])
  const { url, pid } = stage.gateway
  const cpuMs: number[] = []
  const tookMs: number[] = []
  using askers = openAskers({ url, body, connections })
  await askers.ask(batch * 2)
  for (let round = 0; round < batches; round += 1) {
    const before = await usedMs(pid)
    tookMs.push(...(await askers.ask(batch)))
    cpuMs.push(((await usedMs(pid)) - before) / batch)
  }
  return [
    {
      what: 'a decision at ONAP’s door, CPU of the process',
      unit: 'ms',
      samples: cpuMs,
      baseline: { name: 'OPA-PDP, elsewhere', samples: [0.41] },
      atMost: { times: 1 / 3 },
      peer: 'OPA-PDP 0.41 ms',
    },
    {
      what: `a decision at ONAP’s door, ${connections} connections`,
      unit: 'ms',
      samples: tookMs,
      baseline: { name: 'OPA-PDP, elsewhere', samples: [112] },
      share: 0.99,
      atMost: 30,
      peer: 'OPA-PDP p99 112 ms',
    },
  ]
}

const ticksPerSecond = 100

/** CPU time of a process and all its threads, ms: `utime` and `stime` of `/proc/<pid>/stat`, so Linux only. */
async function usedMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond
}
