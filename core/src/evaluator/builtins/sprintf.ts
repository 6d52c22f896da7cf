import type { RegoValue } from '../value.ts'
import { arrayOperand, stringOperand } from './operand.ts'

export function sprintf([format, values]: readonly RegoValue[]): string {
  stringOperand(format)
  return String(arrayOperand(values))
}
