/** A file or folder that is no policy; the message is one sentence that says why. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
  readonly code = 'ERR_POLICY_SOURCE'
}
