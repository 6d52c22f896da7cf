import * as v from 'valibot'

import { VedetteError } from '../errors.ts'
import type { Held } from './held.ts'
import { HeldSchema } from './held.ts'
import type { Push } from './push.ts'
import { PushSchema } from './push.ts'

/** A message is `[tag, body]`. These are all of them: `push` goes down, `held` comes up. */
export const encodePush = (push: Push): string => JSON.stringify(['push', push])
export const encodeHeld = (held: Held): string => JSON.stringify(['held', held])

/** Reads a push; anything else is `ERR_MALFORMED`, another version `ERR_PROTOCOL_VERSION`. */
export const decodePush = (text: string): Push => decode(PushSchema, text)[1]

/** Reads an answer; anything else is `ERR_MALFORMED`. */
export const decodeHeld = (text: string): Held => decode(HeldSchema, text)[1]

function decode<Schema extends v.GenericSchema>(
  schema: Schema,
  text: string,
): v.InferOutput<Schema> {
  try {
    return v.parse(schema, JSON.parse(text))
  } catch (cause) {
    throw isVersionIssue(cause)
      ? new VedetteError('ERR_PROTOCOL_VERSION', 'the other side speaks another version', { cause })
      : new VedetteError('ERR_MALFORMED', 'not a message of this protocol', { cause })
  }
}

function isVersionIssue(cause: unknown): boolean {
  return v.isValiError(cause) && cause.issues.some((issue) => v.getDotPath(issue) === '1.protocol')
}
