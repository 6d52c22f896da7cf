import { Hono } from 'hono'
import type { Context } from 'hono'
import pLimit from 'p-limit'
import * as v from 'valibot'

import type { WarmCompiler } from '../../compiler/compiler.ts'
import { limitBody } from '../body.ts'
import { jsonAnswer, jsonTextAnswer } from './json-answer.ts'
import { readRequest } from './request.ts'

export interface SyntaxTreeDoorOptions {
  readonly compiler: Pick<WarmCompiler, 'tree'>
}

const schema = v.object({ code: v.nullish(v.string(), '') })

/** More is refused by the compiler anyway. */
const bodyBytes = 2 * 1024 * 1024

/** `POST /policy/pdpo/v1/generateast`: a policy's syntax tree, as `opa parse` prints it. */
export function syntaxTreeDoor({ compiler }: SyntaxTreeDoorOptions): Hono {
  const door = new Hono()
  // One by one: each may take the compiler seconds, and the PAP's deployments wait for it, too.
  const lane = pLimit(1)
  door.post('/', limitBody(bodyBytes, tooLarge), async (c) => {
    const reading = readRequest(await c.req.text(), schema)
    if ('undecodable' in reading) return invalidJson(c, reading.undecodable)
    const code = 'request' in reading ? reading.request.code : ''
    if (code === '')
      return refuse(c, 400, {
        problem: 'code is required for ast generation',
        as: 'invalid_parameter',
      })
    return answer(c, code)
  })
  door.all('/', (c) => refuse(c, 405, { problem: 'use POST Method', as: 'invalid_operation' }))
  return door

  async function answer(c: Context, source: string): Promise<Response> {
    const parsed = await lane(() => compiler.tree({ file: 'policy.rego', source }))
    if ('tree' in parsed) return jsonTextAnswer(c, 200, parsed.tree)
    const mistakes =
      'mistakes' in parsed
        ? parsed.mistakes
        : parsed.errors.map(({ message }) => message).join('\n')
    return refuse(c, 400, {
      problem: `failed to parse policy: ${mistakes}`,
      as: 'evaluation_error',
    })
  }
}

function tooLarge(c: Context): Response {
  return invalidJson(c, 'http: request body too large')
}

function invalidJson(c: Context, why: string): Response {
  return refuse(c, 400, { problem: `invalid JSON: ${why}`, as: 'bad_request' })
}

interface Refusal {
  readonly problem: string
  /** Its response code. */
  readonly as: 'invalid_operation' | 'bad_request' | 'invalid_parameter' | 'evaluation_error'
}

function refuse(c: Context, status: 400 | 405, { problem, as }: Refusal): Response {
  return jsonAnswer(c, status, { errorMessage: problem, responseCode: as })
}
