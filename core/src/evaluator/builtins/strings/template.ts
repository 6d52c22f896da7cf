import { EvaluationError } from '../../evaluator.ts'
import { formatValue } from '../../value-format.ts'
import { isArrayValue, isObjectValue, RegoSet, type RegoValue } from '../../value.ts'
import { arrayOperand } from '../operand.ts'
import { goQuote } from './go-quote.ts'

/** The parts of a template string: texts, and for each expression a value or the set of what it gave. */
export function templateString(operands: readonly RegoValue[]): string {
  return arrayOperand(operands[0]).map(partText).join('')
}

function partText(part: RegoValue): string {
  if (isArrayValue(part) || isObjectValue(part)) throw failure('illegal argument type')
  if (!(part instanceof RegoSet)) return valueText(part)
  if (part.size > 1) throw failure('template-strings must not produce multiple outputs')
  return part.members.length === 0 ? '<undefined>' : valueText(part.members[0] ?? null)
}

function valueText(value: RegoValue): string {
  return typeof value === 'string' ? value : formatValue(value, (text) => goQuote(text))
}

/** To OPA this is no matter of one expression: the evaluation ends. */
function failure(message: string): EvaluationError {
  return new EvaluationError('ERR_EVALUATION', message)
}
