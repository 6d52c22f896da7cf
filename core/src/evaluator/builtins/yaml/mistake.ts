import type { YAMLError } from 'yaml'

import { BuiltinError } from '../operand.ts'
import { oddMark, refusal } from './check.ts'

/** Where these marks are, go-yaml may take for right what the parser takes for a mistake. */
const doubtful = /[!&|>?]|["'\]}]#/

/** A mistake that go-yaml finds as well is an error; others are refused. */
export function failureOf(mistake: YAMLError, text: string): Error {
  const isCertain = !doubtful.test(text) && !oddMark.test(text) && isAlike(mistake, text)
  return isCertain
    ? new BuiltinError(`yaml: ${mistake.message}`)
    : refusal(`a mistake (${mistake.code})`)
}

function isAlike({ code, pos }: YAMLError, text: string): boolean {
  if (code === 'TAB_AS_INDENT') return !/["'[\]{}]/.test(text)
  if (text.includes('\t')) return false
  switch (code) {
    case 'BAD_ALIAS':
    case 'BAD_SCALAR_START':
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'KEY_OVER_1024_CHARS':
    case 'UNEXPECTED_TOKEN':
      return true
    case 'BAD_INDENT':
      return pos[0] >= text.trimEnd().length
    case 'MISSING_CHAR':
      return !/["'][^]*\n[^]*\S/.test(text)
    case 'MULTILINE_IMPLICIT_KEY':
      return !/[[{]/.test(text)
    default:
      return false
  }
}
