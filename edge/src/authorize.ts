import { isRevision } from '@vedette/core/bundle/revision'
import { VedetteError } from '@vedette/core/errors'
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
  /** The revision the decision must have seen, waited for up to 200 ms: who wrote it may say it. Default: any. */
  readonly atLeast?: (c: Context<E>) => string | undefined
}

/**
 * Lets a request on when the entrypoint is the boolean `true` for its input, and answers problem details otherwise:
 * 403 `ERR_DENIED` or `ERR_UNDEFINED`; 400 `ERR_JSON` for an `atLeast` that is no revision; 503 `ERR_NOT_READY`, `ERR_PASSIVE`,
 * `ERR_STALE` or `ERR_REVISION_NOT_REACHED`; 500 for anything that failed, `ERR_INPUT` when it was `input`. The error is then in
 * `c.error`.
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

/** The one thing that is its caller's fault. */
const noRevision = { status: 400, title: 'atLeast is no revision', code: 'ERR_JSON' } as const

async function refusalOf<E extends Env>(
  c: Context<E>,
  options: AuthorizeOptions<E>,
): Promise<Refusal | undefined> {
  const { entrypoint } = options
  try {
    const atLeast = options.atLeast?.(c)
    if (atLeast !== undefined && !isRevision(atLeast)) return { ...noRevision, entrypoint }
    const decision = await decide(entrypoint, await inputOf(c, options), {
      ...(atLeast !== undefined && { atLeast }),
    })
    return decision.result === true ? undefined : denied(decision)
  } catch (error) {
    // For the logs of the application: the answer does not tell what its own code threw.
    if (error instanceof Error) c.error = error
    const { status, code } = undecided(error)
    return { status, title: 'No decision could be made', code, entrypoint }
  }
}

async function inputOf<E extends Env>(
  c: Context<E>,
  { input }: AuthorizeOptions<E>,
): Promise<Json> {
  try {
    return await input(c)
  } catch (cause) {
    throw new VedetteError('ERR_INPUT', 'the input of a decision could not be made', { cause })
  }
}

function denied({ result, entrypoint, revision }: Decision): Refusal {
  const code = result === undefined ? 'ERR_UNDEFINED' : 'ERR_DENIED'
  return { status: 403, title: 'The policy does not allow this', code, entrypoint, revision }
}
