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
  const { api, pdpName } = options
  const alive = { code: 200, healthy: true, message: 'alive', name: pdpName, url: 'self' }
  const door = new Hono()
  door.all('/readiness', (c) => c.text('Ready'))
  door.use('/decision', basic(api))
  door.route('/decision', decisionDoor(options))
  door.all('/healthcheck', basic(api), responseHeaders('000000000000'), (c) =>
    c.body(`${JSON.stringify(alive)}\n`, 200, { 'content-type': 'application/json' }),
  )
  return door
}
