import { resolvePlain } from './resolve.ts'

/** What the emitter of go-yaml does not print as it is; a tab has rules of its own. */
const unprintable = /[^\t\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/
/** Marks at the start, and `: ` and ` #` anywhere, mean something else to YAML. */
const indicator = /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`]|[?-](?: |$))|:(?: |$)| #|^ | $/
const oldBoolean = /^(?:y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF)$/
const sexagesimal = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/

/** The lines of a text in the style that go-yaml chooses for it; those of a block are indented by two. */
export function textLines(text: string): readonly string[] {
  if (/[\u2028\u2029]/.test(text)) throw new RangeError('yaml.marshal: U+2028 is not written here')
  if (!text.includes('\n')) return [lineOf(text)]
  const isBlock = !/ (?:\n|$)/.test(text) && !unprintable.test(text)
  return isBlock ? blockLines(text) : [quoteDouble(text)]
}

function lineOf(text: string): string {
  const isText =
    resolvePlain(text).kind === 'text' && !oldBoolean.test(text) && !sexagesimal.test(text)
  if (!isText || text.includes('\t') || unprintable.test(text)) return quoteDouble(text)
  return indicator.test(text) ? `'${text.replaceAll("'", "''")}'` : text
}

/** `|` with an indentation of 2 where the text begins with space, and what becomes of the line breaks at its end. */
function blockLines(text: string): readonly string[] {
  const indent = /^[ \n]/.test(text) ? '2' : ''
  const lines = text.replace(/\n$/, '').split('\n')
  const end = text.endsWith('\n') ? '' : '-'
  const keep = /(?:^|\n)\n$/.test(text) ? '+' : end
  return [`|${indent}${keep}`, ...lines.map((line) => (line === '' ? '' : `  ${line}`))]
}

const escapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\u0007': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\u001b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
}

function quoteDouble(text: string): string {
  const quoted = Array.from(text, (character) => {
    const isPlain = !/[\t\n"\\]/.test(character) && !unprintable.test(character)
    return isPlain ? character : (escapes[character] ?? escapeCode(character))
  })
  return `"${quoted.join('')}"`
}

function escapeCode(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const digits = code.toString(16).toUpperCase()
  if (code <= 0xff) return `\\x${digits.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`
}
