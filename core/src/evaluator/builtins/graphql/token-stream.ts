import { BuiltinError } from '../operand.ts'
import { Lexer, type Token, type TokenKind } from './lexer.ts'
import type { CommentGroup } from './nodes.ts'

/**
 * Tokens without their comments, which gqlparser keeps as a group: those before the token last looked at, until a
 * token is taken.
 */
export class TokenStream {
  readonly #lexer: Lexer
  #peeked: Token | undefined
  #comment: CommentGroup | null = null

  constructor(text: string) {
    this.#lexer = new Lexer(text)
  }

  /** What was written before the token last looked at; null once it is taken. */
  get comment(): CommentGroup | null {
    return this.#comment
  }

  peek(): Token {
    this.#peeked ??= this.#behindComments()
    return this.#peeked
  }

  take(): Token {
    const token = this.peek()
    this.#peeked = undefined
    this.#comment = null
    return token
  }

  isNext(kind: TokenKind): boolean {
    return this.peek().kind === kind
  }

  /** Takes the next token if it is of this kind. */
  skip(kind: TokenKind): boolean {
    if (!this.isNext(kind)) return false
    this.take()
    return true
  }

  /** The token, and the comment before it. */
  expect(kind: TokenKind): { readonly value: string; readonly comment: CommentGroup | null } {
    if (!this.isNext(kind)) throw this.unexpected()
    const comment = this.#comment
    return { value: this.take().value, comment }
  }

  name(): string {
    return this.expect('Name').value
  }

  /** The comment before the keyword. */
  keyword(value: string): CommentGroup | null {
    const token = this.peek()
    if (token.kind !== 'Name' || token.value !== value) throw this.unexpected()
    const comment = this.#comment
    this.take()
    return comment
  }

  /** Items between two tokens, if the first one is there; at least one. */
  some<Item>(start: TokenKind, end: TokenKind, read: () => Item): Item[] {
    return this.group(start, end, read).items
  }

  /** As `some`, with the comment before the closing token. */
  group<Item>(start: TokenKind, end: TokenKind, read: () => Item): Group<Item> {
    if (!this.skip(start)) return { items: [], comment: null }
    const items = this.#until(end, read)
    if (items.length === 0) throw this.unexpected()
    const comment = this.#comment
    this.take()
    return { items, comment }
  }

  /** Items between two tokens, or none. */
  many<Item>(start: TokenKind, end: TokenKind, read: () => Item): Item[] {
    this.expect(start)
    const items = this.#until(end, read)
    this.take()
    return items
  }

  unexpected(): BuiltinError {
    const { kind, value } = this.peek()
    return new BuiltinError(`unexpected ${kind} ${value}`)
  }

  #until<Item>(end: TokenKind, read: () => Item): Item[] {
    const items: Item[] = []
    while (!this.isNext(end)) items.push(read())
    return items
  }

  #behindComments(): Token {
    const first = this.#lexer.next()
    if (first.kind !== 'Comment') return first
    const comments: { readonly Value: string }[] = []
    let token = first
    for (; token.kind === 'Comment'; token = this.#lexer.next())
      comments.push({ Value: token.value })
    this.#comment = { List: comments }
    return token
  }
}

export interface Group<Item> {
  readonly items: Item[]
  readonly comment: CommentGroup | null
}
