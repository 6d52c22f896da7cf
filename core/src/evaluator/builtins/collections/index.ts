import type { Builtin } from '../builtin.ts'
import { all, any, count, max, min, sort } from './aggregates.ts'
import { concat, flatten, reverse, slice } from './arrays.ts'
import { isMember, isMemberAt } from './membership.ts'
import { and, difference, intersection, or, union } from './sets.ts'

export const builtins: Readonly<Record<string, Builtin>> = {
  all,
  and,
  any,
  'array.concat': concat,
  'array.flatten': flatten,
  'array.reverse': reverse,
  'array.slice': slice,
  count,
  'internal.member_2': isMember,
  'internal.member_3': isMemberAt,
  intersection,
  max,
  min,
  or,
  set_diff: difference,
  sort,
  union,
}
