import type { Revision } from '../bundle/revision.ts'
import { parseRevision } from '../bundle/revision.ts'
import { messageOf } from '../errors.ts'
import { JsonError } from '../json/json.ts'

/** The header by which a question asks for a revision; its other way is the query's `atLeast`. */
export const revisionHeader = 'Vedette-Revision'

/** The oldest revision a question may be answered by: what its query or its header says. Throws `JsonError`. */
export function readAtLeast(
  query: string | undefined,
  header: string | undefined,
): Revision | undefined {
  const text = query ?? header
  if (text === undefined) return undefined
  try {
    return parseRevision(text)
  } catch (cause) {
    throw new JsonError(`atLeast: ${messageOf(cause)}`, { cause })
  }
}
