const half = /\\u[dD][89a-fA-F]/
const escapes =
  /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[dD][89a-fA-F][\da-fA-F]{2}|.)/g

/**
 * JSON text whose escaped half characters (`\ud800` without its other half) became U+FFFD, as Go reads them.
 * OPA's wasm aborts on them, so anyone could have an instance thrown away with each question.
 */
export function replaceHalfCharacters(json: string): string {
  if (!json.includes('\\u') || !half.test(json)) return json
  return json.replace(escapes, (escape) =>
    /^\\u.{4}$/.test(escape) && half.test(escape) ? '\\ufffd' : escape,
  )
}
