const DECLARATION = 'package '

/**
 * Checks that a module declares the package its key says, on its first line of code. Comments and blank lines may
 * come before it (the Go PDP wants it on line 1). Throws the Go PDP's sentences.
 */
export function checkPackage(source: string, key: string): void {
  const line = firstLineOfCode(source)
  if (!line.startsWith(DECLARATION)) {
    throw new Error(`package declaration not found in policy content for key '${key}'`)
  }
  const declared = line.slice(DECLARATION.length).trim()
  if (declared === key) return
  throw new Error(`package name mismatch for key '${key}': expected '${key}' but got '${declared}'`)
}

function firstLineOfCode(source: string): string {
  for (const line of source.split('\n')) {
    const code = line.trim()
    if (code !== '' && !code.startsWith('#')) return code
  }
  return ''
}
