import type { Signer, Trust } from '@vedette/core/bundle/signature'

/** Replicas get a statement as soon as it is made: no more than a few are on their way to the gateway's own. */
const mostStatements = 64

/**
 * A trust that knows what its own process signed a moment ago without verifying it again, letter by letter, as the
 * type it was signed for. Everything else is for `trust` to open.
 */
export function ownWord(
  signer: Signer,
  trust: Trust,
): { readonly signer: Signer; readonly trust: Trust } {
  const payloads = new Map<string, string>()
  const nameOf = (type: string, statement: string): string => `${type} ${statement}`
  return {
    signer: {
      async sign(type, payload) {
        const statement = await signer.sign(type, payload)
        payloads.set(nameOf(type, statement), payload)
        const [oldest] = payloads.keys()
        if (payloads.size > mostStatements && oldest !== undefined) payloads.delete(oldest)
        return statement
      },
    },
    trust: {
      open: async (type, statement) =>
        payloads.get(nameOf(type, statement)) ?? trust.open(type, statement),
    },
  }
}
