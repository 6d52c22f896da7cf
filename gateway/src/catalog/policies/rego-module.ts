/** A package as Rego writes it, and perhaps a comment; segments that are no identifiers stand in brackets. */
const declaration = /^([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*|\["[\w-]+"\])*)\s*(?:#.*)?$/

/** The Go PDP's compile step refuses most of these; brackets it lets pass, and with them another policy's package. */
const misspelt = `is no name of a package; a segment that is no identifier stands in brackets, as in package a["b-c"] for the key 'a.b-c'`

/**
 * Checks that a module declares the package its key says, on its first line of code. Comments and blank lines may
 * come before it and a comment after it (the Go PDP wants nothing else, on line 1). Throws the Go PDP's sentences.
 */
export function checkPackage(source: string, key: string): void {
  const declared = /^package\s+(.*)$/.exec(firstLineOfCode(source))?.[1]
  if (declared === undefined) {
    throw new Error(`package declaration not found in policy content for key '${key}'`)
  }
  if (keyOf(declared) === key) return
  if (declared === key) throw new Error(`rego_parse_error: '${key}' ${misspelt}`)
  throw new Error(`package name mismatch for key '${key}': expected '${key}' but got '${declared}'`)
}

function firstLineOfCode(source: string): string {
  for (const line of source.split('\n')) {
    const code = line.trim()
    if (code !== '' && !code.startsWith('#')) return code
  }
  return ''
}

/** With dots, however it is spelt: a package is known by one name. */
function keyOf(declared: string): string | undefined {
  const [, root = '', rest = ''] = declaration.exec(declared) ?? []
  return root + rest.replaceAll(/\["([\w-]+)"\]/g, '.$1')
}
