/** `fetch` refuses a user in a URL, and says so with the whole URL; to others it means basic authentication. */
export function withoutUser(address: string): {
  readonly url: URL
  readonly authorization?: { readonly authorization: string }
} {
  const url = new URL(address)
  const { username, password } = url
  if (!username && !password) return { url }
  url.username = ''
  url.password = ''
  const user = `${percentDecoded(username)}:${percentDecoded(password)}`
  return { url, authorization: { authorization: `Basic ${Buffer.from(user).toString('base64')}` } }
}

/** A percent sign that begins nothing stands for itself. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
