/**
 * A block string without its common indentation and without blank lines at either end. Unlike the specification's,
 * the first line's indentation counts, as it does for gqlparser.
 */
export function blockStringValue(raw: string): string {
  const lines = raw.split('\n')
  const indents = lines.filter(hasText).map(indentOf)
  const common = indents.length === 0 ? 0 : Math.min(...indents)
  const trimmed = lines.map((line, at) => (at === 0 ? line : line.slice(common)))
  const first = trimmed.findIndex(hasText)
  return first < 0 ? '' : trimmed.slice(first, trimmed.findLastIndex(hasText) + 1).join('\n')
}

function hasText(line: string): boolean {
  return /[^ \t]/.test(line)
}

function indentOf(line: string): number {
  return line.search(/[^ \t]/)
}
