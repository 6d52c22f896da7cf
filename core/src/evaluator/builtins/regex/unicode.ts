import { BuiltinError } from '../operand.ts'

/** The names Go 1.26 takes between the braces of `\p{}`, as Go spells them: those with an underscore it does not. */
const scripts = `
  Adlam Ahom Any Arabic Armenian Ascii Assigned Avestan Balinese Bamum Batak Bengali Bhaiksuki Bopomofo Brahmi Braille
  Buginese Buhid C Carian Cc Cf Chakma Cham Cherokee Chorasmian Cn Co Common Coptic Cs Cuneiform Cypriot Cyrillic
  Deseret Devanagari Dogra Duployan Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati
  Gurmukhi Han Hangul Hanunoo Hatran Hebrew Hiragana Inherited Javanese Kaithi Kannada Katakana Kawi Kharoshthi Khmer
  Khojki Khudawadi L Lao Latin Lc Lepcha Limbu Lisu Ll Lm Lo Lt Lu Lycian Lydian M Mahajani Makasar Malayalam Mandaic
  Manichaean Marchen Mc Me Medefaidrin Miao Mn Modi Mongolian Mro Multani Myanmar N Nabataean Nandinagari Nd Newa Nko
  Nl No Nushu Ogham Oriya Osage Osmanya P Palmyrene Pc Pd Pe Pf Phoenician Pi Po Ps Rejang Runic S Samaritan
  Saurashtra Sc Sharada Shavian Siddham Sinhala Sk Sm So Sogdian Soyombo Sundanese Syriac Tagalog Tagbanwa Takri Tamil
  Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Toto Ugaritic Vai Vithkuqi Wancho Yezidi Yi Z Zl Zp Zs`
const categories = `
  Casedletter=Lc Closepunctuation=Pe Cntrl=Cc Combiningmark=M Connectorpunctuation=Pc Control=Cc Currencysymbol=Sc
  Dashpunctuation=Pd Decimalnumber=Nd Digit=Nd Enclosingmark=Me Finalpunctuation=Pf Format=Cf Initialpunctuation=Pi
  Letter=L Letternumber=Nl Lineseparator=Zl Lowercaseletter=Ll Mark=M Mathsymbol=Sm Modifierletter=Lm
  Modifiersymbol=Sk Nonspacingmark=Mn Number=N Openpunctuation=Ps Other=C Otherletter=Lo Othernumber=No
  Otherpunctuation=Po Othersymbol=So Paragraphseparator=Zp Privateuse=Co Punct=P Punctuation=P Separator=Z
  Spaceseparator=Zs Spacingmark=Mc Surrogate=Cs Symbol=S Titlecaseletter=Lt Unassigned=Cn Uppercaseletter=Lu`

const classes: ReadonlyMap<string, string> = new Map(
  `${scripts}${categories}`
    .trim()
    .split(/\s+/)
    .map((entry) => entry.split('='))
    .map(([name = '', category = name]) => [name, category]),
)

/** A quoted text, a class by its name or letter, or any other escape. */
const escapes = /\\Q[^]*?(?:\\E|$)|\\([pP])(?:\{([^}]*)\}|([^{]))|\\[^]/gu

/** Spells the classes the way re2js knows them. Go takes `\p{letter}`, `\p{Lowercase_Letter}`, and `\pl` as well. */
export function spellClasses(pattern: string): string {
  return pattern.replace(escapes, (escape: string, kind?: string, name?: string, letter?: string) =>
    kind === undefined ? escape : `\\${kind}{${spell(name ?? letter ?? '')}}`,
  )
}

function spell(text: string): string {
  const [, not = '', rest = ''] = /^(\^?)([^]*)$/.exec(text) ?? []
  const plain = rest.replaceAll(/[-_ ]/g, '')
  const name =
    plain.slice(0, 1).replace(/[a-z]/, upper) + plain.slice(1).replaceAll(/[A-Z]/g, lower)
  const known = classes.get(name)
  if (known === undefined) throw new BuiltinError(`invalid character class range: ${text}`)
  return not + known
}

function upper(letter: string): string {
  return letter.toUpperCase()
}

function lower(letter: string): string {
  return letter.toLowerCase()
}

/** Whether the Unicode edition shows: a class by its name, or letters of either case. */
export function dependsOnUnicode(pattern: string): boolean {
  return /\\[pP]|\(\?[a-zA-Z]*i/.test(pattern)
}

/**
 * Characters that are in other classes, or have other letters of the other case, in Go 1.26 (Unicode 15) than in
 * re2js 2.10 (Unicode 17), found by comparing all their tables.
 */
const changed = new RegExp(
  `[${`
    19b 264 295 345 390 3b0 88f 897 c5c cdc 1acf-1add 1ae0-1aeb 1b4e-1b4f 1b7f 1c89-1c8a 1fd3 1fe3 20c1 2427-2429 2b96
    2ffc-2fff 31e4-31e5 31ef a7cb-a7cf a7d2-a7d5 a7da-a7dc a7f1 fb05-fb06 fbc3-fbd2 fd90-fd91 fdc8-fdce 105c0-105f3
    10940-10959 10d40-10d65 10d69-10d85 10d8e-10d8f 10ec2-10ec7 10ed0-10ed8 10efa-10efc 11380-11389 1138b 1138e
    11390-113b5 113b7-113c0 113c2 113c5 113c7-113ca 113cc-113d5 113d7-113d8 113e1-113e2 116d0-116e3 1171e 11b60-11b67
    11bc0-11be1 11bf0-11bf9 11db0-11ddb 11de0-11de9 11f5a 13460-143fa 16100-16139 16d40-16d79 16ea0-16eb8 16ebb-16ed3
    16ff2-16ff6 187f8-187ff 18cff 18d09-18d1e 18d80-18df2 1cc00-1ccfc 1cd00-1ceb3 1ceba-1ced0 1cee0-1cef0 1e5d0-1e5fa
    1e5ff 1e6c0-1e6de 1e6e0-1e6f5 1e6fe-1e6ff 1f6d8 1f777-1f77a 1f8b2-1f8bb 1f8c0-1f8c1 1f8d0-1f8d8 1fa54-1fa57
    1fa89-1fa8a 1fa8e-1fa8f 1fabe 1fac6 1fac8 1facd 1fadc 1fadf 1fae9-1faea 1faef 1fbcb-1fbef 1fbfa 2b73a-2b73f
    2cea2-2cead 2ebf0-2ee5d 323b0-33479`
    .trim()
    .replaceAll(/[\da-f]+/g, String.raw`\u{$&}`)
    .replaceAll(/\s+/g, '')}]`,
  'u',
)

export function hasChangedCharacters(text: string): boolean {
  return changed.test(text)
}
