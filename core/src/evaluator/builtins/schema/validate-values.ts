import { compareNumbers, type JsonNumber } from '../../../json/number.ts'
import { formatDecimals, shortestLimit } from '../strings/go-float.ts'
import { canonicalText } from './canonical.ts'
import { decimalOf, isMultiple } from './decimal.ts'
import { isOfFormat } from './formats.ts'
import { fieldOf } from './result.ts'
import type { Schema } from './schema.ts'
import type { Part } from './validate.ts'

export function validateNumber(schema: Schema, number: JsonNumber, { path, result }: Part): void {
  const { multipleOf, maximum, exclusiveMaximum, minimum, exclusiveMinimum } = schema
  if (multipleOf !== undefined && !isMultiple(number, multipleOf))
    result.add(path, 'multiple_of', `Must be a multiple of ${floatText(multipleOf)}`)
  if (maximum !== undefined && compareNumbers(number, maximum) > 0)
    result.add(path, 'number_lte', `Must be less than or equal to ${floatText(maximum)}`)
  if (exclusiveMaximum !== undefined && compareNumbers(number, exclusiveMaximum) >= 0)
    result.add(path, 'number_lt', `Must be less than ${floatText(exclusiveMaximum)}`)
  if (minimum !== undefined && compareNumbers(number, minimum) < 0)
    result.add(path, 'number_gte', `Must be greater than or equal to ${floatText(minimum)}`)
  if (exclusiveMinimum !== undefined && compareNumbers(number, exclusiveMinimum) <= 0)
    result.add(path, 'number_gt', `Must be greater than ${floatText(exclusiveMinimum)}`)
  result.reward()
}

/** Up to here a float of 64 bits gives the digits back. */
const mostDigits = 18

/** As Go prints the `big.Float` of a number. */
function floatText(number: JsonNumber): string {
  const { digits, exponent } = decimalOf(number)
  const size = String(digits < 0n ? -digits : digits)
  if (size.length > mostDigits) throw new RangeError('bounds of so many digits are not written')
  const significant = size.replace(/0+$/, '')
  const text = formatDecimals({ digits: significant, point: size.length + exponent }, shortestLimit)
  return digits < 0n ? `-${text}` : text
}

/** Characters count by code point. */
export function validateText(schema: Schema, text: string, { path, result }: Part): void {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = schema
  const { length } = Array.from(text)
  if (length < minLength)
    result.add(path, 'string_gte', `String length must be greater than or equal to ${minLength}`)
  if (length > maxLength)
    result.add(path, 'string_lte', `String length must be less than or equal to ${maxLength}`)
  if (pattern && !pattern.compiled.matches(text))
    result.add(path, 'pattern', `Does not match pattern '${pattern.source}'`)
  result.reward()
}

export function validateCommon(schema: Schema, { node, path, result }: Part): void {
  const { constant, enumeration, format } = schema
  const field = fieldOf(path)
  if (constant !== undefined && canonicalText(node) !== constant)
    result.add(path, 'const', `${field} does not match: ${constant}`)
  if (enumeration && !enumeration.includes(canonicalText(node)))
    result.add(path, 'enum', `${field} must be one of the following: ${enumeration.join(', ')}`)
  if (typeof node === 'string' && !isOfFormat(format, node))
    result.add(path, 'format', `Does not match format '${format}'`)
  result.reward()
}
