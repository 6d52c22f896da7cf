import type { Builtin } from '../builtin.ts'
import { signRequest } from './sign-request.ts'

export const builtins: Readonly<Record<string, Builtin>> = {
  'providers.aws.sign_req': signRequest,
}
