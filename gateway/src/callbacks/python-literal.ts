/** What differs from JSON in a Python literal, and the strings in between, whose insides are to be left alone. */
const tokens = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[()]|\b(?:True|False|None)\b|,(?=\s*[)\]}])/gs

const spellings: Readonly<Record<string, string>> = {
  '(': '[',
  ')': ']',
  True: 'true',
  False: 'false',
  None: 'null',
  ',': '',
}

/**
 * Reads JSON, and the Python literals that OPAL's documentation writes in its place: tuples, single quotes, `False`, a
 * comma at the end. `undefined` for anything else.
 */
export function readLoosely(text: string): unknown {
  return readJson(text) ?? readJson(text.replace(tokens, inJson))
}

function inJson(token: string): string {
  if (token.startsWith("'")) return quoted(token.slice(1, -1))
  return spellings[token] ?? token
}

function quoted(inside: string): string {
  return `"${inside.replaceAll("\\'", "'").replaceAll(/(\\.)|"/gs, (found, escape: string) => escape ?? `\\${found}`)}"`
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
