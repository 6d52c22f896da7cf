import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'

/** Paths of PEM files. Without `ca` the system's authorities are trusted; `cert` and `key` are for mutual TLS. */
export interface TlsFiles {
  readonly ca?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
}

/** Read at each connection: certificates are renewed while a gateway runs. */
export function tlsOptions({ ca, cert, key }: TlsFiles): ConnectionOptions {
  return {
    ...(ca !== undefined && { ca: readFileSync(ca) }),
    ...(cert !== undefined && { cert: readFileSync(cert) }),
    ...(key !== undefined && { key: readFileSync(key) }),
  }
}
