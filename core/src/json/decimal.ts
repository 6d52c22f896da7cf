/** A number that neither a double nor a bigint carries as written; `text` is its JSON literal. */
export class Decimal {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }
}
