import type { Revision } from '../bundle/revision.ts'
import { parseRevision } from '../bundle/revision.ts'
import { messageOf } from '../errors.ts'
import { JsonError } from '../json/json.ts'

/** The header by which a question asks for a revision; its other way is the query's `atLeast`. */
export const revisionHeader = 'Vedette-Revision'

/** What is read of a request, as of hono's. */
interface Asking {
  query(name: string): string | undefined
  header(name: string): string | undefined
}

/** The oldest revision a question may be answered by, as its query says it, or else its header. */
export function atLeastText(request: Asking): string | undefined {
  return request.query('atLeast') ?? request.header(revisionHeader)
}

/** The same, read. Throws `JsonError`. */
export function readAtLeast(request: Asking): Revision | undefined {
  const text = atLeastText(request)
  if (text === undefined) return undefined
  try {
    return parseRevision(text)
  } catch (cause) {
    throw new JsonError(`atLeast: ${messageOf(cause)}`, { cause })
  }
}
