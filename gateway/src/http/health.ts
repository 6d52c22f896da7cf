import { Hono } from 'hono'

export interface HealthDoorOptions {
  readonly ready: () => boolean
  readonly healthy: () => boolean
}

/** The probes of OPAL (`/healthy`, `/ready`) and of OPA (`/health`): a status, and nothing that needs a credential. */
export function healthDoor({ ready, healthy }: HealthDoorOptions): Hono {
  const door = new Hono()
  const unavailable = { status: 'unavailable' }
  door.get('/ready', (c) => (ready() ? c.json({ status: 'ok' }) : c.json(unavailable, 503)))
  door.get('/healthy', (c) =>
    healthy() ? c.json({ status: 'ok', online: true }) : c.json(unavailable, 503),
  )
  door.get('/health', (c) => c.json({}))
  return door
}
