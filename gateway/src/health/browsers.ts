import type { Revision } from '@vedette/core/bundle/revision'

import type { Fleet } from './fleet.ts'
import { hasApplied } from './required.ts'

/** Counts the browsers that have a revision. They come and go: nobody waits for them. */
export function countBrowsers(
  fleet: Pick<Fleet, 'members'>,
  revision: Revision | undefined,
): { readonly applied: number; readonly pending: number } {
  const browsers = fleet.members().filter(({ kind }) => kind === 'browser')
  const applied = revision ? browsers.filter((member) => hasApplied(member, revision)).length : 0
  return { applied, pending: revision ? browsers.length - applied : 0 }
}
