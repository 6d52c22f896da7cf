import { BuiltinError } from '../operand.ts'

/** An error of OPA's whose words are not known here: where they would show, there is no answer. */
export class UnknownTextError extends BuiltinError {}
