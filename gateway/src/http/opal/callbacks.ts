import { codeOf, messageOf } from '@vedette/core/errors'
import { Hono } from 'hono'
import type { Context } from 'hono'
import * as v from 'valibot'

import type { Callbacks } from '../../callbacks/callbacks.ts'
import { withoutPassword } from '../../callbacks/note.ts'
import { AskedCallbackSchema } from '../../callbacks/register.ts'
import type { RegisteredCallback } from '../../callbacks/register.ts'
import { bearer } from '../auth.ts'
import { limitBody } from '../body.ts'
import { detailOf } from './detail.ts'

export interface CallbacksDoorOptions {
  readonly token: string
  readonly callbacks: Pick<Callbacks, 'queue' | 'register'>
}

const bodyBytes = 64 * 1024

/** `/callbacks`: OPAL's register of callbacks; below it `/dead-letters`, the reports that could not be delivered. */
export function callbacksDoor({ token, callbacks }: CallbacksDoorOptions): Hono {
  const { register } = callbacks
  const door = new Hono()
  door.use(bearer(token))
  door.route('/dead-letters', deadLettersDoor(callbacks.queue))
  door.get('/', (c) => c.json(register.list().map(shown)))
  door.post('/', limitBody(bodyBytes), async (c) => {
    const asked = v.safeParse(AskedBodySchema, await c.req.text())
    if (!asked.success) return c.json({ detail: asked.issues.map(detailOf) }, 422)
    try {
      return c.json(shown(await register.add(asked.output)))
    } catch (error) {
      return refuse(c, error)
    }
  })
  door.get('/:key', (c) => {
    const found = register.list().find(({ key }) => key === c.req.param('key'))
    return found ? c.json(shown(found)) : notFound(c)
  })
  door.delete('/:key', async (c) => {
    try {
      return (await register.remove(c.req.param('key'))) ? c.body(null, 204) : notFound(c)
    } catch (error) {
      return refuse(c, error)
    }
  })
  return door
}

const AskedBodySchema = v.pipe(v.string(), v.parseJson(), AskedCallbackSchema)

/** Looks at what was given up, delivers it again (`POST …/retry`, all or one), or forgets it. */
function deadLettersDoor(queue: CallbacksDoorOptions['callbacks']['queue']): Hono {
  const door = new Hono()
  door.get('/', async (c) =>
    c.json(
      (await queue.deadLetters()).map(({ url, at, about, ...letter }) => ({
        ...letter,
        update: about,
        url: withoutPassword(url),
        at: new Date(at).toISOString(),
      })),
    ),
  )
  door.post('/retry', async (c) => {
    const ids = (await queue.deadLetters()).map(({ id }) => id)
    return c.json({ retried: await queue.retry(ids) })
  })
  door.post('/:id/retry', async (c) => {
    const retried = await queue.retry([c.req.param('id')])
    return retried === 0 ? notFound(c) : c.json({ retried })
  })
  door.delete('/:id', async (c) => {
    const id = c.req.param('id')
    const letters = await queue.deadLetters()
    if (!letters.some((letter) => letter.id === id)) return notFound(c)
    await queue.forget([id])
    return c.body(null, 204)
  })
  return door
}

/** OPAL's CallbackEntry. What a header holds may be a secret, and a report is never shown. */
function shown({ key, url, config }: RegisteredCallback): object {
  const headers = config.headers && maskedHeaders(config.headers)
  const { fetcher, is_json, process_data, method } = config
  return {
    key,
    url: withoutPassword(url),
    config: { fetcher, headers, is_json, process_data, method, data: null },
  }
}

function maskedHeaders(headers: Readonly<Record<string, string>>): object {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      /^(content-type|accept)$/i.test(name) ? value : '***',
    ]),
  )
}

function notFound(c: Context): Response {
  return c.json({ code: 'ERR_NOT_FOUND', message: 'there is nothing of this name' }, 404)
}

const statuses = { ERR_TARGET: 400, ERR_CONFIGURED: 409, ERR_LIMIT: 409 } as const

function refuse(c: Context, error: unknown): Response {
  const code = codeOf(error, 'ERR_INTERNAL')
  const status = code in statuses ? statuses[code as keyof typeof statuses] : 500
  return c.json({ code, message: messageOf(error) }, status)
}
