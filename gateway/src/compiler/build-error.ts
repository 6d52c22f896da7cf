import { codeOf, messageOf, VedetteError } from '@vedette/core/errors'

/** `ERR_GO_MISSING`: no `go` on the PATH; `ERR_COMPILER_BUILD`: Go could not build the helper, and says why. */
export class BuildError extends VedetteError<'ERR_GO_MISSING' | 'ERR_COMPILER_BUILD'> {
  override readonly name = 'BuildError'

  /** What went wrong when `go` was run. */
  static from(cause: unknown): BuildError {
    if (codeOf(cause, '') === 'ENOENT') {
      const remedy = 'install Go 1.21 or newer (https://go.dev/dl) and see that `go` is on the PATH'
      return new BuildError('ERR_GO_MISSING', `the Rego compiler is built by Go: ${remedy}`)
    }
    const message = `the Rego compiler could not be built: ${messageOf(cause)}`
    return new BuildError('ERR_COMPILER_BUILD', message, { cause })
  }
}
