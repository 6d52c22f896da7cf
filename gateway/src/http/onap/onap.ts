import { Hono } from 'hono'

import { basic } from '../auth.ts'
import type { DecisionDoorOptions } from './decision.ts'
import { decisionDoor } from './decision.ts'
import { responseHeaders } from './response-headers.ts'

export interface OnapDoorOptions extends DecisionDoorOptions {
  readonly api: { readonly user: string; readonly password: string }
  readonly pdpName: string
}

/** `/policy/pdpo/v1/…`: what ONAP components know of a PDP. */
export function onapDoor(options: OnapDoorOptions): Hono {
  const door = new Hono()
  door.get('/readiness', (c) => c.text('Ready'))
  door.use('/decision', basic(options.api))
  door.route('/decision', decisionDoor(options))
  door.get('/healthcheck', basic(options.api), responseHeaders('000000000000'), (c) =>
    c.json({ code: 200, healthy: true, message: 'alive', name: options.pdpName, url: 'self' }),
  )
  return door
}
