import type { JsonNumber } from '../../../json/number.ts'
import type { RegoValue } from '../../value.ts'
import type { Builtin } from '../builtin.ts'
import { stringOperand } from '../operand.ts'
import { parseDurationNs } from './duration.ts'
import { nowNs } from './now.ts'
import { parseTime } from './parse.ts'

function parseNs([layout, text]: readonly RegoValue[]): JsonNumber {
  return parseTime(stringOperand(layout), stringOperand(text))
}

function parseRfc3339Ns([text]: readonly RegoValue[]): JsonNumber {
  return parseTime('RFC3339', stringOperand(text))
}

export const builtins: Readonly<Record<string, Builtin>> = {
  'time.now_ns': nowNs,
  'time.parse_duration_ns': parseDurationNs,
  'time.parse_ns': parseNs,
  'time.parse_rfc3339_ns': parseRfc3339Ns,
}
