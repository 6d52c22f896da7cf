import { atLeastText } from '@vedette/core/door/at-least'
import { Hono } from 'hono'
import type { Context } from 'hono'

import { authorize } from './authorize.ts'
import type { EdgeEnv } from './env.ts'

/*
 * Two routes to try authorize() with, for the sample policies `documents` and `ocis`. They take the user's word for
 * who they are: a real application brings its own login and takes the user from there.
 */

const atLeast = ({ req }: Context): string | undefined => atLeastText(req)

const readDocument = authorize({
  entrypoint: 'documents/allow',
  atLeast,
  input: (c) => ({
    user: c.req.header('x-user') ?? null,
    action: 'read',
    document: c.req.param('id') ?? null,
  }),
})

const seeThumbnail = authorize({
  entrypoint: 'ocis/allow',
  atLeast,
  input: (c) => ({ user: c.req.header('x-user') ?? null, thumbnail: c.req.param('id') ?? null }),
})

export function demo(): Hono<{ Bindings: EdgeEnv }> {
  return new Hono<{ Bindings: EdgeEnv }>()
    .get('/api/documents/:id', readDocument, (c) => c.json({ document: c.req.param('id') }))
    .get('/api/thumbnails/:id', seeThumbnail, (c) => c.json({ thumbnail: c.req.param('id') }))
}
