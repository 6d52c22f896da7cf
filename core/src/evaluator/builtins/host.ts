import type { Builtin } from './builtin.ts'
import { cidrMerge } from './cidr-merge.ts'
import { cidrContainsMatches, cidrExpand, cidrIsValid } from './cidr.ts'
import { timeAddDate, timeClock, timeDate, timeDiff, timeWeekday } from './dates.ts'
import { parseDurationNs } from './duration.ts'
import { base64UrlEncodeNoPad, hexDecode, hexEncode } from './encodings.ts'
import { rangeStep } from './numbers.ts'
import { jsonPatch } from './patch.ts'
import { reachablePaths } from './paths.ts'
import { randomInteger, randomUuid } from './random.ts'
import { semverCompare, semverIsValid } from './semver.ts'
import { sprintf } from './sprintf.ts'
import { anyPrefixMatch, anySuffixMatch, countOccurrences, indexOfAll, splitN } from './strings.ts'
import { objectSubset } from './subset.ts'
import { nowNs, parseRfc3339Ns } from './time.ts'
import { parseBytes, parseUnits } from './units.ts'
import {
  urlQueryDecode,
  urlQueryDecodeObject,
  urlQueryEncode,
  urlQueryEncodeObject,
} from './urlquery.ts'
import { uuidParse } from './uuid.ts'

export const builtins: Readonly<Record<string, Builtin>> = {
  'base64url.encode_no_pad': base64UrlEncodeNoPad,
  'graph.reachable_paths': reachablePaths,
  'hex.decode': hexDecode,
  'hex.encode': hexEncode,
  indexof_n: indexOfAll,
  'json.patch': jsonPatch,
  'net.cidr_contains_matches': cidrContainsMatches,
  'net.cidr_expand': cidrExpand,
  'net.cidr_is_valid': cidrIsValid,
  'net.cidr_merge': cidrMerge,
  'numbers.range_step': rangeStep,
  'object.subset': objectSubset,
  'rand.intn': randomInteger,
  'semver.compare': semverCompare,
  'semver.is_valid': semverIsValid,
  sprintf: sprintf,
  'strings.any_prefix_match': anyPrefixMatch,
  'strings.any_suffix_match': anySuffixMatch,
  'strings.count': countOccurrences,
  'strings.split_n': splitN,
  'time.add_date': timeAddDate,
  'time.clock': timeClock,
  'time.date': timeDate,
  'time.diff': timeDiff,
  'time.now_ns': nowNs,
  'time.parse_duration_ns': parseDurationNs,
  'time.parse_rfc3339_ns': parseRfc3339Ns,
  'time.weekday': timeWeekday,
  trace: () => true,
  'units.parse': parseUnits,
  'units.parse_bytes': parseBytes,
  'urlquery.decode': urlQueryDecode,
  'urlquery.decode_object': urlQueryDecodeObject,
  'urlquery.encode': urlQueryEncode,
  'urlquery.encode_object': urlQueryEncodeObject,
  'uuid.parse': uuidParse,
  'uuid.rfc4122': randomUuid,
}
