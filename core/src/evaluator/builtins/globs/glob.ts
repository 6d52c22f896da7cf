import { isArrayValue, type RegoValue } from '../../value.ts'
import { BuiltinError, stringOperand } from '../operand.ts'
import { createPatterns } from '../patterns.ts'
import { createRun, end, joinParts, type Step } from './match.ts'
import { parseGlob } from './parse.ts'

/** The second operand gives the characters that `*` stops at: none for null, a dot for an empty array. */
export function globMatch(operands: readonly RegoValue[]): boolean {
  const pattern = stringOperand(operands[0])
  const separators = separatorsOperand(operands[1])
  const text = stringOperand(operands[2])
  return compile(pattern, separators)(createRun(text), 0)
}

export function globQuoteMeta(operands: readonly RegoValue[]): string {
  return stringOperand(operands[0]).replace(/[*?\\[\]{}]/g, '\\$&')
}

/** As many as OPA keeps; with other separators a pattern is compiled anew. */
const patterns = createPatterns<{ readonly separators: string; readonly step: Step }>(100)

function compile(pattern: string, separators: string): Step {
  const known = patterns.get(pattern)
  if (known?.separators === separators) return known.step
  const step = joinParts(parseGlob(pattern, separators), end)
  patterns.set(pattern, { separators, step })
  return step
}

function separatorsOperand(value: RegoValue | undefined): string {
  if (value === null) return ''
  if (!isArrayValue(value)) throw new BuiltinError('operand must be an array or null')
  return value.length === 0 ? '.' : value.map(separatorFrom).join('')
}

function separatorFrom(value: RegoValue): string {
  const text = stringOperand(value)
  if (Array.from(text).length !== 1) throw new BuiltinError('separator must be one character')
  return text
}
