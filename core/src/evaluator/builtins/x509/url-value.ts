import type { RegoValue } from '../../value.ts'
import type { GoUrl } from '../urls/url.ts'

/** As Go writes its `url.URL`; who is in it, it keeps to itself. */
export function urlValue(url: GoUrl): RegoValue {
  return {
    Scheme: url.scheme,
    Opaque: url.opaque,
    User: url.user === undefined ? null : {},
    Host: url.host,
    Path: url.path,
    RawPath: url.rawPath,
    OmitHost: url.omitHost,
    ForceQuery: url.forceQuery,
    RawQuery: url.rawQuery,
    Fragment: url.fragment,
    RawFragment: url.rawFragment,
  }
}
