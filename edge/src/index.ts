/**
 * The PDP on Cloudflare. The smallest Worker that decides, under the bindings of this project's wrangler.toml:
 *
 * ```ts
 * import { Hono } from 'hono'
 * import { authorize, pushes } from '@vedette/edge'
 * export { ReplicaHub } from '@vedette/edge'
 *
 * const app = new Hono()
 * app.route('/', pushes())
 * app.use('/api/*', authorize({
 *   entrypoint: 'documents/allow',
 *   input: (c) => ({ user: c.req.header('x-user') ?? null, action: 'read' }),
 * }))
 * app.get('/api/hello', (c) => c.text('hello'))
 * export default app
 * ```
 */
export { authorize } from './authorize.ts'
export { questions } from './data.ts'
export { decide } from './decide.ts'
export type { DecideOptions } from './decide.ts'
export { health } from './health.ts'
export { ReplicaHub } from './hub.ts'
export { pushes } from './push.ts'
export type { AuthorizeOptions } from './authorize.ts'
export type { EdgeEnv } from './env.ts'
export type { Decision } from '@vedette/core/evaluator/decision'
export type { Json } from '@vedette/core/json/json'
