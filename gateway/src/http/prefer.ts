import type { Context } from 'hono'

import type { Standing } from '../health/required.ts'

const waitApplied = /(?:^|,)\s*wait\s*=\s*"?applied"?\s*(?:[;,]|$)/i

/** RFC 7240's `Prefer`, with a word of our own: the answer may wait until the required replicas have it. */
export function prefersApplied(c: Context): boolean {
  return waitApplied.test(c.req.header('prefer') ?? '')
}

/** Said only where it is so. */
export function preferenceApplied({ failed, pending }: Standing): Readonly<Record<string, string>> {
  return failed.length + pending.length > 0 ? {} : { 'preference-applied': 'wait=applied' }
}
