import { isArrayValue, isObjectValue, membersOf, RegoSet, type RegoValue } from '../../value.ts'
import type { Builtin } from '../builtin.ts'
import { BuiltinError, objectOperand, stringOperand } from '../operand.ts'
import { hasChangedCharacters } from '../regex/unicode.ts'
import { parseTemplate } from './parse.ts'
import { cut } from './pieces.ts'
import { render } from './render.ts'

function renderTemplate([template, variables]: readonly RegoValue[]): string {
  const [text, data] = [stringOperand(template), objectOperand(variables)]
  checkValue(data)
  const result = render(parseTemplate(cut(text)), data)
  return result.replaceAll('<no value>', '<undefined>')
}

/** OPA reads the text of the variables as JSON, which it is not for sets, keys of other types, and some characters. */
function checkValue(value: RegoValue): void {
  if (typeof value === 'string') checkText(value)
  else if (value instanceof RegoSet) throw notJson()
  else if (isArrayValue(value)) value.forEach(checkValue)
  else if (isObjectValue(value))
    for (const [key, item] of membersOf(value)) {
      if (typeof key !== 'string') throw notJson()
      checkText(key)
      checkValue(item)
    }
}

/** What Go quotes in a way that JSON does not know. */
function checkText(text: string): void {
  // oxlint-disable-next-line no-control-regex -- these are the ones
  if (/[\0-\x07\x0b\x0e-\x1f\x7f]/.test(text)) throw notJson()
  if (/(?=[\u{10000}-\u{10ffff}])[\p{C}\p{Z}]/u.test(text) || hasChangedCharacters(text))
    throw new RangeError('strings.render_template does not know all characters here')
}

function notJson(): BuiltinError {
  return new BuiltinError('the variables are not JSON')
}

export const builtins: Readonly<Record<string, Builtin>> = {
  'strings.render_template': renderTemplate,
}
