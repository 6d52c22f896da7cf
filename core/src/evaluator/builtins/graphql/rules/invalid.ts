import { BuiltinError } from '../../operand.ts'

/** What makes a query invalid. */
export function invalid(reason: string): BuiltinError {
  return new BuiltinError(reason)
}
