import { escapeUrl } from './escape.ts'
import { escapedPath, type GoUrl } from './url.ts'

/** As Go's `URL.String` puts one together. */
export function urlText(url: GoUrl): string {
  const { scheme, opaque, rawQuery, forceQuery } = url
  const start = scheme === '' ? '' : `${scheme}:`
  const middle = opaque === '' ? authorityAndPath(url, start) : opaque
  const query = forceQuery || rawQuery !== '' ? `?${rawQuery}` : ''
  return start + middle + query + fragmentOf(url)
}

function authorityAndPath(url: GoUrl, start: string): string {
  const authority = authorityOf(url)
  const path = escapedPath(url)
  const slash = path !== '' && !path.startsWith('/') && url.host !== '' ? '/' : ''
  const isAmbiguous = start + authority + slash === '' && /^[^/]*:/.test(path)
  return `${authority}${slash}${isAmbiguous ? './' : ''}${path}`
}

function authorityOf({ scheme, host, user, password, path, omitHost }: GoUrl): string {
  if (scheme === '' && host === '' && user === undefined) return ''
  if (omitHost && host === '' && user === undefined) return ''
  const slashes = host !== '' || path !== '' || user !== undefined ? '//' : ''
  const secret = password === undefined ? '' : `:${escapeUrl(password, 'user')}`
  const who = user === undefined ? '' : `${escapeUrl(user, 'user')}${secret}@`
  return slashes + who + escapeUrl(host, 'host')
}

function fragmentOf({ fragment, rawFragment }: GoUrl): string {
  if (fragment === '') return ''
  const isPlain = /^[\w.~$&+,/:;=?@!()*'[\]%-]+$/.test(rawFragment)
  return `#${isPlain ? rawFragment : escapeUrl(fragment, 'fragment')}`
}
