import { refuseChangedCharacters, type Match, type Pattern } from './pattern.ts'

/** `$$`, `$name`, or `${name}`; any other `$` is itself. */
const reference = /\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu

/** As `Regexp.ReplaceAllString` of Go: `$1` and `${name}` stand for what a group has matched. */
export function replaceAll(pattern: Pattern, text: string, template: string): string {
  if (template.includes('$')) refuseChangedCharacters(template)
  let [result, end] = ['', 0]
  for (const match of pattern.findAll(text, -1)) {
    result += text.slice(end, match[0]) + expand(template, pattern, { text, match })
    end = match[1] ?? end
  }
  return result + text.slice(end)
}

function expand(
  template: string,
  { groups }: Pattern,
  { text, match }: { readonly text: string; readonly match: Match },
): string {
  return template.replace(reference, (_, plain?: string, braced?: string) => {
    const name = plain ?? braced
    if (name === undefined) return '$'
    const group = /^(?:0|[1-9]\d{0,8})$/.test(name) ? Number(name) : groups[name]
    return group === undefined ? '' : (groupOf(text, match, group) ?? '')
  })
}

/** What a group has matched; undefined for none and for a group that took no part. */
export function groupOf(text: string, match: Match, group: number): string | undefined {
  const [start = -1, end] = match.slice(2 * group)
  return start < 0 ? undefined : text.slice(start, end)
}
