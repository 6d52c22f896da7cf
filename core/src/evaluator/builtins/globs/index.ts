import type { Builtin } from '../builtin.ts'
import { globMatch, globQuoteMeta } from './glob.ts'

export const builtins: Readonly<Record<string, Builtin>> = {
  'glob.match': globMatch,
  'glob.quote_meta': globQuoteMeta,
}
