const escapes: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
}
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u

/** A Go string literal, as `strconv.Quote`; with `mark` `'` a rune literal. */
export function goQuote(text: string, mark: '"' | "'" = '"', isPrintable = isPrint): string {
  const quoted = Array.from(text).map((character) => {
    if (character === mark) return `\\${mark}`
    return escapes[character] ?? (isPrintable(character) ? character : escapeCode(character))
  })
  return mark + quoted.join('') + mark
}

export function isPrint(character: string): boolean {
  return printable.test(character)
}

export function isPrintAscii(character: string): boolean {
  return character <= '~' && isPrint(character)
}

function escapeCode(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0')
}
