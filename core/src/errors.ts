/** Every stable code a part of core can fail with. Codes are part of the outside: never rename one. */
export type ErrorCode =
  | 'ERR_SIGNATURE'
  | 'ERR_DIGEST'
  | 'ERR_SCOPE'
  | 'ERR_GAP'
  | 'ERR_REPLAY'
  | 'ERR_MALFORMED'
  | 'ERR_CONTENT'
  | 'ERR_PROTOCOL_VERSION'
  | 'ERR_ACTIVATION'
  | 'ERR_STORAGE'
  | 'ERR_NOT_READY'
  | 'ERR_PASSIVE'
  | 'ERR_STALE'
  | 'ERR_REVISION_NOT_REACHED'

/** An error with a stable code, a sentence that helps, and the cause when there is one. */
export class VedetteError<Code extends string = ErrorCode> extends Error {
  override readonly name: string = 'VedetteError'
  readonly code: Code

  constructor(code: Code, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

/** The sentence of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** The stable code of whatever was thrown, or `fallback`. */
export function codeOf(thrown: unknown, fallback: string): string {
  const code: unknown = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  return typeof code === 'string' ? code : fallback
}
