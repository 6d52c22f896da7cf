import { isJsonNumber } from '../../../json/equal.ts'
import type { JsonNumber } from '../../../json/number.ts'
import { formatValue } from '../../value-format.ts'
import type { RegoValue } from '../../value.ts'
import { arrayOperand, stringOperand } from '../operand.ts'
import { goFormat } from './go-format.ts'
import { goQuote } from './go-quote.ts'
import type { Argument } from './go-verbs.ts'

/** Go's `fmt.Sprintf` over the values as OPA converts them (v1/topdown/strings.go). */
export function sprintf([format, values]: readonly RegoValue[]): string {
  return goFormat(stringOperand(format), arrayOperand(values).map(argumentFrom))
}

function argumentFrom(value: RegoValue): Argument {
  if (typeof value === 'string') return value
  return isJsonNumber(value) ? numberFrom(value) : formatValue(value, (text) => goQuote(text))
}

/** The text decides: `1.0` and `1e3` are floats; a float too big for a double stays its text. */
function numberFrom(value: JsonNumber): Argument {
  const text = String(value)
  if (!/[.eE]/.test(text)) return BigInt(text)
  return Number.isFinite(Number(text)) ? Number(text) : text
}
