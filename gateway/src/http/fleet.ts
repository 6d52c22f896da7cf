import type { StatusReport } from '@vedette/core/protocol/status-report'
import { Hono } from 'hono'

import type { Fleet, FleetMember } from '../health/fleet.ts'
import type { LagOf } from '../health/lag.ts'
import { bearer } from './auth.ts'

export interface FleetDoorOptions {
  readonly token: string
  readonly fleet: Pick<Fleet, 'member' | 'members'>
  readonly lagOf: LagOf
}

/**
 * `GET /fleet`: every replica's last word and how far it is behind, with `?browsers=n` of browsers the `n` heard last;
 * `counts` tells how many there are of each kind. `GET /fleet/{replica}`: one's.
 */
export function fleetDoor({ token, fleet, lagOf }: FleetDoorOptions): Hono {
  const door = new Hono()
  const withLag = (member: FleetMember): object => ({ ...member, lag: lagOf(member) })
  door.use(bearer(token))
  door.get('/', (c) => {
    const members = fleet.members()
    const shown = withBrowsers(members, c.req.query('browsers'))
    return c.json({ replicas: shown.map(withLag), counts: countsOf(members) })
  })
  door.get('/:replica', (c) => {
    const member = fleet.member(c.req.param('replica'))
    return member
      ? c.json(withLag(member))
      : c.json({ code: 'ERR_NOT_FOUND', message: 'no such replica was heard of' }, 404)
  })
  return door
}

function withBrowsers(
  members: readonly FleetMember[],
  most: string | undefined,
): readonly FleetMember[] {
  if (most === undefined || !/^\d{1,9}$/.test(most)) return members
  const browsers = members.filter(({ kind }) => kind === 'browser')
  const hidden = new Set(browsers.slice(0, Math.max(0, browsers.length - Number(most))))
  return members.filter((member) => !hidden.has(member))
}

function countsOf(members: readonly FleetMember[]): Record<StatusReport['kind'], number> {
  const counts = { gateway: 0, edge: 0, browser: 0 }
  for (const { kind } of members) counts[kind] += 1
  return counts
}
