import { readAtLeast } from '@vedette/core/door/at-least'
import { faultOf } from '@vedette/core/door/fault'
import { mustReach } from '@vedette/core/replica/at-least'
import type { Replica } from '@vedette/core/replica/replica'
import type { MiddlewareHandler } from 'hono'

/** Lets a question on when the gateway's own replica decides by the revision it asks for, or soon does. */
export function atLeast(own: Pick<Replica, 'active' | 'waitFor'>): MiddlewareHandler {
  return async (c, next) => {
    try {
      const wanted = readAtLeast(c.req)
      if (wanted) await own.waitFor(wanted)
      mustReach(own.active()?.head, wanted)
    } catch (error) {
      const { status, code, message } = faultOf(error)
      return c.json({ code, message }, status)
    }
    return next()
  }
}
