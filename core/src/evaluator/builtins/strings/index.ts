import type { Builtin } from '../builtin.ts'
import { anyPrefixMatch, anySuffixMatch, countOccurrences, indexOfAll, splitN } from './search.ts'
import { sprintf } from './sprintf.ts'

export const builtins: Readonly<Record<string, Builtin>> = {
  indexof_n: indexOfAll,
  sprintf,
  'strings.any_prefix_match': anyPrefixMatch,
  'strings.any_suffix_match': anySuffixMatch,
  'strings.count': countOccurrences,
  'strings.split_n': splitN,
  trace: () => true,
}
