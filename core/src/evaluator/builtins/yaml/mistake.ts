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

/** Under which conditions a kind of mistake is one to both. */
const conditions: Readonly<Record<string, (text: string, at: number) => boolean>> = {
  BAD_ALIAS: isWithoutTab,
  BAD_INDENT: (text, at) => isWithoutTab(text) && at >= text.trimEnd().length,
  BAD_SCALAR_START: isWithoutTab,
  BLOCK_AS_IMPLICIT_KEY: isWithoutTab,
  KEY_OVER_1024_CHARS: isWithoutTab,
  MISSING_CHAR: (text) => isWithoutTab(text) && !/["'][^]*\n[^]*\S/.test(text),
  MULTILINE_IMPLICIT_KEY: (text) => isWithoutTab(text) && !/[[{]/.test(text),
  TAB_AS_INDENT: (text) => !/["'[\]{}]/.test(text),
  UNEXPECTED_TOKEN: isWithoutTab,
}

function isAlike({ code, pos }: YAMLError, text: string): boolean {
  return conditions[code]?.(text, pos[0]) ?? false
}

function isWithoutTab(text: string): boolean {
  return !text.includes('\t')
}
