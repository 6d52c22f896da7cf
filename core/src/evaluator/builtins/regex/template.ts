import { BuiltinError } from '../operand.ts'
import { patternOf } from './pattern.ts'

/** The pattern of a text in which patterns stand between delimiters: `urn:<[a-z]+>`. */
export function patternOfTemplate(template: string, start: string, end: string): string {
  let [pattern, after] = ['^', 0]
  for (const [open, close] of delimited(template, start, end)) {
    const part = template.slice(open + 1, close)
    patternOf(`^${part}$`)
    pattern += `${quote(template.slice(after, open))}(${part})`
    after = close + 1
  }
  return `${pattern}${quote(template.slice(after))}$`
}

/** Where the outermost delimiters are. */
function delimited(template: string, start: string, end: string): readonly [number, number][] {
  const places: [number, number][] = []
  let [level, open] = [0, 0]
  for (let at = 0; at < template.length; at++) {
    if (template[at] === start) {
      if (level++ === 0) open = at
    } else if (template[at] === end) {
      if (--level === 0) places.push([open, at])
      if (level < 0) break
    }
  }
  if (level !== 0) throw new BuiltinError('unbalanced braces')
  return places
}

function quote(text: string): string {
  return text.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`)
}
