import { pdpStates } from '@vedette/core/bundle/head'
import type { PdpState } from '@vedette/core/bundle/head'
import * as v from 'valibot'

import { issueText } from './issue-text.ts'

/** PAP → PDP. Group and subgroup may be absent: nothing but the state is looked at. */
const PdpStateChangeSchema = v.object({ state: v.picklist(pdpStates) })

/** The state to take, or why there is none in the words of the answer. */
export type PdpStateChangeReading = { readonly state: PdpState } | { readonly refusal: string }

/**
 * The Go PDP leaves an unknown state unanswered, so that the PAP retries for a minute, and calls a
 * missing one a success. Both are refused here.
 */
export function readPdpStateChange(content: unknown): PdpStateChangeReading {
  const { success, output, issues } = v.safeParse(PdpStateChangeSchema, content)
  if (success) return { state: output.state }
  return { refusal: `PDP State Change Failed: ${issueText(issues)}` }
}
