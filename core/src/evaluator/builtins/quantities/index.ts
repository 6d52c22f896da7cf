import type { Builtin } from '../builtin.ts'
import { range, rangeStep } from './range.ts'
import { parseBytes, parseUnits } from './units.ts'

export const builtins: Readonly<Record<string, Builtin>> = {
  'numbers.range': range,
  'numbers.range_step': rangeStep,
  'units.parse': parseUnits,
  'units.parse_bytes': parseBytes,
}
