import type { Builtin } from '../builtin.ts'
import { cidrMerge } from './cidr-merge.ts'
import {
  cidrContains,
  cidrContainsMatches,
  cidrExpand,
  cidrIntersects,
  cidrIsValid,
} from './cidr.ts'
import { uriIsValid, uriParse } from './uri.ts'

export const builtins: Readonly<Record<string, Builtin>> = {
  'net.cidr_contains': cidrContains,
  'net.cidr_contains_matches': cidrContainsMatches,
  'net.cidr_expand': cidrExpand,
  'net.cidr_intersects': cidrIntersects,
  'net.cidr_is_valid': cidrIsValid,
  'net.cidr_merge': cidrMerge,
  'net.cidr_overlap': cidrContains,
  'uri.is_valid': uriIsValid,
  'uri.parse': uriParse,
}
