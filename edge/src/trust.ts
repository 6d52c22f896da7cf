import type { Trust } from '@vedette/core/bundle/signature'
import { createTrust } from '@vedette/core/bundle/signature'
import { VedetteError } from '@vedette/core/errors'

export interface ConfiguredTrust {
  readonly trust: Trust
  /** Why nothing can be trusted; every push is refused with it. */
  readonly fault?: VedetteError<'ERR_NO_TRUST'>
}

/** Trust in the keys of a JWKS text. Without a readable one nothing is trusted, also nothing that is stored. */
export function readTrust(jwks: string | undefined): ConfiguredTrust {
  if (!jwks) return trustNothing('VEDETTE_TRUST is not set: give the public keys as JWKS text')
  try {
    return { trust: createTrust(JSON.parse(jwks)) }
  } catch (cause) {
    return trustNothing('VEDETTE_TRUST is not a JWKS with an Ed25519 key', cause)
  }
}

function trustNothing(message: string, cause?: unknown): ConfiguredTrust {
  const fault = new VedetteError('ERR_NO_TRUST', message, { cause })
  return { trust: { open: () => Promise.reject(fault) }, fault }
}
