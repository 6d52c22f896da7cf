import type { RegoValue } from '../value.ts'
import { sprintf } from './sprintf.ts'
import { anyPrefixMatch, anySuffixMatch, countOccurrences, indexOfAll } from './strings.ts'
import { objectSubset } from './subset.ts'
import { nowNs, parseRfc3339Ns } from './time.ts'

/** What stays the same throughout one decision; empty when it begins. */
export type HostContext = { nowNs?: bigint }

/** A builtin that the host supplies; it throws `BuiltinError` where OPA's own is an error. */
export type HostBuiltin = (values: readonly RegoValue[], context: HostContext) => RegoValue

/** The builtins OPA's wasm leaves to its host, by name; the answers are those of OPA itself. */
export const hostBuiltins: ReadonlyMap<string, HostBuiltin> = new Map<string, HostBuiltin>([
  ['indexof_n', indexOfAll],
  ['object.subset', objectSubset],
  ['sprintf', sprintf],
  ['strings.any_prefix_match', anyPrefixMatch],
  ['strings.any_suffix_match', anySuffixMatch],
  ['strings.count', countOccurrences],
  ['time.now_ns', nowNs],
  ['time.parse_rfc3339_ns', parseRfc3339Ns],
  ['trace', () => true],
])
