/**
 * The version of the wire between gateway and replicas; every push names it. Raise it when a message, an entry or a
 * head changes so that an older replica could misread it; `version.test.ts` pins a hash of the schemas.
 *
 * 1: parts `policy` and `data`, entries, heads, push / held / status.
 * 2: the manifest is keyed by name, and the part `policy` has patches.
 */
export const protocolVersion = 2
