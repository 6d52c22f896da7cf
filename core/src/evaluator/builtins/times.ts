import type { Builtin } from './builtin.ts'
import { timeAddDate, timeClock, timeDate, timeDiff, timeWeekday } from './dates.ts'
import { parseDurationNs } from './duration.ts'
import { nowNs, parseRfc3339Ns } from './time.ts'

export const builtins: Readonly<Record<string, Builtin>> = {
  'time.add_date': timeAddDate,
  'time.clock': timeClock,
  'time.date': timeDate,
  'time.diff': timeDiff,
  'time.now_ns': nowNs,
  'time.parse_duration_ns': parseDurationNs,
  'time.parse_rfc3339_ns': parseRfc3339Ns,
  'time.weekday': timeWeekday,
}
