import { VedetteError } from '@vedette/core/errors'

import type { CompileError } from '../catalog/units/compile.ts'

/** Modules that do not compile; never without an error. */
export class CompileFault extends VedetteError<'ERR_COMPILE'> {
  override readonly name = 'CompileFault'
  readonly errors: readonly [CompileError, ...CompileError[]]

  constructor(errors: readonly [CompileError, ...CompileError[]]) {
    super('ERR_COMPILE', errors.map(errorLine).join('\n'))
    this.errors = errors
  }
}

/** `file.rego:3:1: rego_parse_error: …`, as editors and terminals understand it. */
function errorLine({ file, row, column, code, message }: CompileError): string {
  return `${file}:${row}:${column}: ${code}: ${message}`
}
