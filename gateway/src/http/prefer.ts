import type { Revision } from '@vedette/core/bundle/revision'
import type { Context } from 'hono'

import type { Required, Standing } from '../health/required.ts'

const waitApplied = /(?:^|,)\s*wait\s*=\s*"?applied"?\s*(?:[;,]|$)/i
const longestWaitMs = 10_000

/**
 * RFC 7240's `Prefer`, with a word of our own, `wait=applied`: waits until the required replicas have what was written,
 * and tells how they stand; `undefined` for who does not ask for it.
 */
export async function whenPreferred(
  c: Context,
  revision: Revision,
  required: Pick<Required, 'settled'>,
): Promise<Standing | undefined> {
  if (!waitApplied.test(c.req.header('prefer') ?? '')) return undefined
  return required.settled(revision, longestWaitMs)
}

/** Said only where it is so. */
export function preferenceApplied({ failed, pending }: Standing): Readonly<Record<string, string>> {
  return failed.length + pending.length > 0 ? {} : { 'preference-applied': 'wait=applied' }
}
