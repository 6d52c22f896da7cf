import { Hono } from 'hono'

import type { Fleet } from '../health/fleet.ts'
import { bearer } from './auth.ts'

/** `GET /fleet`: every replica's last word; `GET /fleet/{replica}`: one's. */
export function fleetDoor(options: {
  readonly token: string
  readonly fleet: Pick<Fleet, 'member' | 'members'>
}): Hono {
  const door = new Hono()
  door.use(bearer(options.token))
  door.get('/', (c) => c.json({ replicas: options.fleet.members() }))
  door.get('/:replica', (c) => {
    const member = options.fleet.member(c.req.param('replica'))
    return member
      ? c.json(member)
      : c.json({ code: 'ERR_NOT_FOUND', message: 'no such replica was heard of' }, 404)
  })
  return door
}
