import { escapedPath, withPath, type GoUrl } from './url.ts'

/** Where a reference leads from a base, as Go's `URL.ResolveReference`. */
export function resolveUrl(base: GoUrl, reference: GoUrl): GoUrl {
  const scheme = reference.scheme === '' ? base.scheme : reference.scheme
  const target = { ...reference, scheme }
  if (reference.scheme !== '' || reference.host !== '' || reference.user !== undefined)
    return withPath(target, resolvePath(escapedPath(reference), ''))
  if (reference.opaque !== '') return { ...target, user: undefined, host: '', path: '' }
  const near = { ...target, ...inherited(base, reference) }
  if (reference.path === '' && base.opaque !== '')
    return { ...near, opaque: base.opaque, user: undefined, host: '', path: '' }
  const { host, user, password } = base
  const path = resolvePath(escapedPath(base), escapedPath(reference))
  return withPath({ ...near, host, user, password }, path)
}

/** An empty reference is the base, a fragment a part of it. */
function inherited(base: GoUrl, reference: GoUrl): Partial<GoUrl> {
  const { path, forceQuery, rawQuery, fragment } = reference
  if (path !== '' || forceQuery || rawQuery !== '') return {}
  const query = { rawQuery: base.rawQuery }
  if (fragment !== '') return query
  return { ...query, fragment: base.fragment, rawFragment: base.rawFragment }
}

/** RFC 3986 §5.2.4, by Go's `resolvePath`. */
function resolvePath(base: string, reference: string): string {
  const full = joined(base, reference)
  if (full === '') return ''
  const parts = full.split('/')
  const kept: string[] = []
  for (const part of parts) {
    if (part === '..') kept.pop()
    else if (part !== '.') kept.push(part)
  }
  const isFolder = /(?:^|\/)\.\.?$/.test(full)
  const path = kept.join('/') + (isFolder && kept.length > 0 ? '/' : '')
  return path.startsWith('/') ? path : `/${path}`
}

function joined(base: string, reference: string): string {
  if (reference === '') return base
  return reference.startsWith('/')
    ? reference
    : base.slice(0, base.lastIndexOf('/') + 1) + reference
}
