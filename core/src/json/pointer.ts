import { JsonError } from './json.ts'

/** The segments of an RFC 6901 JSON Pointer. Throws `JsonError` when it neither is empty nor starts with `/`. */
export function parsePointer(pointer: string): readonly string[] {
  if (pointer === '') return []
  const hasEscapes = pointer.includes('~')
  if (!pointer.startsWith('/') || (hasEscapes && /~(?![01])/.test(pointer))) {
    throw new JsonError(`not a JSON Pointer: ${JSON.stringify(pointer)}`)
  }
  const segments = pointer.slice(1).split('/')
  return hasEscapes ? segments.map(unescapeSegment) : segments
}

/** The RFC 6901 JSON Pointer with these segments. */
export function formatPointer(segments: readonly string[]): string {
  return segments.map((segment) => `/${escapeSegment(segment)}`).join('')
}

function unescapeSegment(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~')
}

function escapeSegment(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1')
}
