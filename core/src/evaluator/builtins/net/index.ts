import type { Builtin } from '../builtin.ts'
import { cidrMerge } from './cidr-merge.ts'
import { cidrContainsMatches, cidrExpand, cidrIsValid } from './cidr.ts'

export const builtins: Readonly<Record<string, Builtin>> = {
  'net.cidr_contains_matches': cidrContainsMatches,
  'net.cidr_expand': cidrExpand,
  'net.cidr_is_valid': cidrIsValid,
  'net.cidr_merge': cidrMerge,
}
