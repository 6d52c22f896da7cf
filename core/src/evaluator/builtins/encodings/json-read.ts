import { maxDepth, type Json } from '../../../json/json.ts'
import { parseJson } from '../../../json/parse.ts'

/** Undefined when the text is no JSON. Deeper than we read is refused with an error, for Go reads 10,000 levels. */
export function readJson(text: string): Json | undefined {
  try {
    return parseJson(text)
  } catch {
    if (outlineOf(text).depth > maxDepth) throw new RangeError('JSON is nested too deep here')
    return undefined
  }
}

/** OPA looks for a token behind the value, and takes `null` for none. */
export function readJsonBeforeNull(text: string): Json | undefined {
  const { end } = outlineOf(text)
  return /^[ \t\r\n]*null/.test(text.slice(end)) ? readJson(text.slice(0, end)) : undefined
}

const token = /"[^"\\]*(?:\\[^][^"\\]*)*"|[[\]{}]|-?\d[\d.eE+-]*|true|false|null/g

/** Where the first value ends, and how deep the text nests, as far as its brackets tell. */
function outlineOf(text: string): { readonly end: number; readonly depth: number } {
  let [level, depth, end] = [0, 0, 0]
  for (const { 0: found, index } of text.matchAll(token)) {
    if (found === '[' || found === '{') level++
    if (found === ']' || found === '}') level--
    if (level <= 0 && end === 0) end = index + found.length
    depth = Math.max(depth, level)
  }
  return { end, depth }
}
