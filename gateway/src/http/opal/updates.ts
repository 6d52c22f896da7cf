import { stringifyJson } from '@vedette/core/json/stringify'
import { Hono } from 'hono'

import type { Accounts } from '../../callbacks/accounts.ts'
import { bearer } from '../auth.ts'

/** `GET /updates/{id}`: how the latest update of this id stands now, as its callbacks would be told. */
export function updatesDoor(options: {
  readonly token: string
  readonly accounts: Pick<Accounts, 'report'>
}): Hono {
  const door = new Hono()
  door.use(bearer(options.token))
  door.get('/:id', async (c) => {
    const report = await options.accounts.report(c.req.param('id'))
    return report
      ? c.body(stringifyJson(report), 200, { 'content-type': 'application/json' })
      : c.json({ code: 'ERR_NOT_FOUND', message: 'no such update is remembered' }, 404)
  })
  return door
}
