/**
 * A number that neither a double nor a bigint carries as written; `text` is its JSON literal.
 * In arithmetic and `JSON.stringify` it is the nearest double; `stringifyJson` keeps every digit.
 */
export class Decimal {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }

  valueOf(): number {
    return Number(this.text)
  }

  toJSON(): number {
    return Number(this.text)
  }
}
