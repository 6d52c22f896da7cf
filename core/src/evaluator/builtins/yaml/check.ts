import { BuiltinError } from '../operand.ts'

export function refusal(what: string): RangeError {
  return new RangeError(`yaml: ${what} is not read here`)
}

/** Control characters are an error, as in go-yaml. */
export function checkCharacters(text: string): void {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  if (/[\0-\x08\v\f\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|[^]\ufeff/.test(text))
    throw new BuiltinError('yaml: control characters are not allowed')
}

/**
 * Lone carriage returns, other line breaks than YAML 1.2 knows, directives, ends of documents, keys behind `?`: the
 * parsers might not read them alike.
 */
export const oddMark = /[\u0085\u2028\u2029\ufeff]|\r(?!\n)|^(?:%|\.\.\.)|(?:^|[\s[{,])\?(?:\s|$)/m

/** Refuses odd marks, and tabs. */
export function checkMarks(text: string): void {
  if (text.includes('\t') || oddMark.test(text))
    throw refusal('a mark or line break out of the ordinary')
}

/** go-yaml knows neither `\/` nor halves of characters; the other parser takes `'a''` for whole. */
export function checkQuoted(source: string): void {
  if (!/^(?:"[^"\\]*(?:\\[^][^"\\]*)*"|'[^']*(?:''[^']*)*')$/.test(source))
    throw refusal('a quote without its end')
  const escapes = source.startsWith('"') ? source.replaceAll('\\\\', '') : ''
  if (/\\(?:\/|u[dD][89a-fA-F])/.test(escapes)) throw new BuiltinError('yaml: invalid escape')
}

/** Marks without space beside them, inside of brackets, are refused. */
export function checkFlow(source: string): void {
  const plain = source.replace(/"[^"\\]*(?:\\[^][^"\\]*)*"|'[^']*'/g, '"')
  if (/[^"\s]:[,[\]{}]|[\s[{,:]:\S|\?|["\]}](?![\s,:\]}]|$)|-[,\]}]/.test(plain))
    throw refusal('a mark without space')
}

/** A key and its colon must stand in one line; inside of brackets, a quote in a plain key is refused as well. */
export function checkKey(source: string, following: string, isFlow: boolean): void {
  const isParted = isFlow ? /^\s*\n\s*:/.test(following) : !/^ *:/.test(following)
  const isQuoteInside = isFlow && /^[^"'].*["']/.test(source)
  if (source.includes('\n') || isParted || isQuoteInside) throw refusal('such a key')
}
