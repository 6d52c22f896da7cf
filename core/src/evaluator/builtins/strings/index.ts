import type { RegoValue } from '../../value.ts'
import type { Builtin } from '../builtin.ts'
import { stringOperand } from '../operand.ts'
import { lower, upper } from './case.ts'
import { concat, reverse, split, splitN, substring } from './parts.ts'
import { replace, replaceN } from './replace.ts'
import {
  anyPrefixMatch,
  anySuffixMatch,
  contains,
  countOccurrences,
  endsWith,
  indexOf,
  indexOfAll,
  startsWith,
} from './search.ts'
import { sprintf } from './sprintf.ts'
import { templateString } from './template.ts'
import { trim, trimLeft, trimPrefix, trimRight, trimSpace, trimSuffix } from './trim.ts'

export const builtins: Readonly<Record<string, Builtin>> = {
  concat,
  contains,
  endswith: endsWith,
  indexof: indexOf,
  indexof_n: indexOfAll,
  'internal.template_string': templateString,
  lower,
  replace,
  split,
  sprintf,
  startswith: startsWith,
  'strings.any_prefix_match': anyPrefixMatch,
  'strings.any_suffix_match': anySuffixMatch,
  'strings.count': countOccurrences,
  'strings.replace_n': replaceN,
  'strings.reverse': reverse,
  'strings.split_n': splitN,
  substring,
  trace,
  trim,
  trim_left: trimLeft,
  trim_prefix: trimPrefix,
  trim_right: trimRight,
  trim_space: trimSpace,
  trim_suffix: trimSuffix,
  upper,
}

/** Shows the note to a tracer, of which there is none here. */
function trace([note]: readonly RegoValue[]): boolean {
  stringOperand(note)
  return true
}
