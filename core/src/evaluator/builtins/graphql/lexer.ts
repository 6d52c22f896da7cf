import { BuiltinError } from '../operand.ts'
import { blockStringValue } from './block-string.ts'

export type TokenKind =
  | '!'
  | '$'
  | '&'
  | '('
  | ')'
  | '...'
  | ':'
  | '='
  | '@'
  | '['
  | ']'
  | '{'
  | '}'
  | '|'
  | 'Name'
  | 'Int'
  | 'Float'
  | 'String'
  | 'BlockString'
  | 'Comment'
  | 'EOF'

/** `value` is empty for punctuation. */
export interface Token {
  readonly kind: TokenKind
  readonly value: string
}

const punctuators = /\.\.\.|[!$&():=@[\]{}|]/y
const names = /[A-Za-z_]\w*/y
const numbers = /-?(?:0(?!\d)|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y
/** Where a number breaks off: gqlparser minds, and would not read on behind it. */
const brokenNumber = /\.|[eE]/y
// oxlint-disable-next-line no-control-regex -- they end a comment
const comments = /#[^\0-\x08\x0a-\x1f]*/y
const white = /[\t ,\n\r\ufeff]*/y
// oxlint-disable-next-line no-control-regex -- they are not allowed in texts
const strings = /"((?:[^"\\\0-\x08\x0a-\x1f]|\\(?:u[\da-fA-F]{4}|["\\/bfnrt]))*)"/y

const controls: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

/** The tokens of GraphQL as gqlparser cuts them (vektah/gqlparser 2.5.58, lexer/lexer.go). */
export class Lexer {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** Comments are tokens too. Throws a `BuiltinError` for what is none. */
  next(): Token {
    this.#take(white)
    if (this.#at === this.#text.length) return { kind: 'EOF', value: '' }
    const punctuator = this.#take(punctuators)?.[0]
    if (punctuator !== undefined) return { kind: punctuator as TokenKind, value: '' }
    const name = this.#take(names)?.[0]
    if (name !== undefined) return { kind: 'Name', value: name }
    const comment = this.#take(comments)?.[0]
    if (comment !== undefined) return { kind: 'Comment', value: comment }
    return this.#text[this.#at] === '"' ? this.#string() : this.#number()
  }

  #number(): Token {
    const [value, fraction, power] = this.#take(numbers) ?? []
    if (value === undefined || (power === undefined && this.#isNext(brokenNumber)))
      throw new BuiltinError('invalid number or unexpected character')
    return { kind: fraction === undefined && power === undefined ? 'Int' : 'Float', value }
  }

  #string(): Token {
    if (this.#text.startsWith('"""', this.#at)) return this.#blockString()
    const inside = this.#take(strings)?.[1]
    if (inside === undefined) throw new BuiltinError('invalid or unterminated string')
    return { kind: 'String', value: inside.replaceAll(/\\(?:u(.{4})|(.))/g, unescape) }
  }

  /** Of more than three quotes at the end the last three close it. */
  #blockString(): Token {
    const start = this.#at + 3
    let end = start
    for (;;) {
      end = this.#text.indexOf('"""', end)
      if (end < 0) throw new BuiltinError('unterminated string')
      if (this.#text[end - 1] !== '\\' || end === start) break
      end += 3
    }
    while (this.#text[end + 3] === '"') end++
    this.#at = end + 3
    const inside = this.#text.slice(start, end)
    // oxlint-disable-next-line no-control-regex -- they are not allowed in texts
    if (/[\0-\x08\x0b\x0c\x0e-\x1f]/.test(inside)) throw new BuiltinError('invalid character')
    const raw = inside.replaceAll('\\"""', '"""').replaceAll(/\r\n?/g, '\n')
    return { kind: 'BlockString', value: blockStringValue(raw) }
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text) ?? undefined
    if (match) this.#at = pattern.lastIndex
    return match
  }

  #isNext(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at
    return pattern.test(this.#text)
  }
}

/** Half a surrogate pair is no character: each becomes U+FFFD. */
function unescape(_: string, digits: string | undefined, letter: string | undefined): string {
  if (digits === undefined) return controls[letter ?? ''] ?? letter ?? ''
  const unit = String.fromCharCode(Number.parseInt(digits, 16))
  return /[\ud800-\udfff]/.test(unit) ? '\ufffd' : unit
}
