import type { Decision } from '@vedette/core/evaluator/decision'
import type { Json } from '@vedette/core/json/json'
import type { Context, Env, MiddlewareHandler } from 'hono'

import { decide } from './decide.ts'
import type { Refusal } from './problem.ts'
import { problem, undecided } from './problem.ts'

export interface AuthorizeOptions<E extends Env = Env> {
  /** The rule that must be `true`: `documents/allow`. */
  readonly entrypoint: string
  /** What the rule is asked about. When it throws, or gives what JSON cannot hold, the request is refused. */
  readonly input: (c: Context<E>) => Json | Promise<Json>
}

/**
 * Lets a request on when the entrypoint is the boolean `true` for its input, and answers problem details otherwise:
 * 403 `ERR_DENIED` or `ERR_UNDEFINED`; 503 `ERR_NOT_READY`, `ERR_PASSIVE` or `ERR_STALE`; 500 for anything that failed.
 *
 * ```ts
 * app.use('/api/*', authorize({
 *   entrypoint: 'documents/allow',
 *   input: (c) => ({ user: c.get('user'), method: c.req.method }),
 * }))
 * ```
 */
export function authorize<E extends Env = Env>(options: AuthorizeOptions<E>): MiddlewareHandler<E> {
  return async (c, next) => {
    const refusal = await refusalOf(c, options)
    return refusal ? problem(c, refusal) : next()
  }
}

async function refusalOf<E extends Env>(
  c: Context<E>,
  { entrypoint, input }: AuthorizeOptions<E>,
): Promise<Refusal | undefined> {
  try {
    const decision = await decide(entrypoint, await input(c))
    return decision.result === true ? undefined : denied(decision)
  } catch (error) {
    const { status, code } = undecided(error)
    return { status, title: 'No decision could be made', code, entrypoint }
  }
}

function denied({ result, entrypoint, revision }: Decision): Refusal {
  const code = result === undefined ? 'ERR_UNDEFINED' : 'ERR_DENIED'
  return { status: 403, title: 'The policy does not allow this', code, entrypoint, revision }
}
