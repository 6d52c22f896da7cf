import { concatBytes } from '@noble/hashes/utils.js'

import { isSame, type Certificate } from '../keys/certificate.ts'
import { DerReader, tags } from '../keys/der.ts'
import type { Key } from '../keys/key.ts'
import { isSignedBy, type Algorithm } from '../keys/signature.ts'
import { BuiltinError } from '../operand.ts'
import { signatureKind } from './algorithm.ts'
import { anyUsage, extendedUsage, serverUsage } from './extended-usage.ts'

export interface VerifyOptions {
  /** Nanoseconds since 1970. */
  readonly timeNs: bigint
  /** Of these one will do; none is that of a server. */
  readonly usages: readonly number[]
}

/**
 * The chain from the last certificate to the first one, which is trusted, over those between, as Go's
 * `Certificate.Verify` finds it first. `undefined` when there is none.
 */
export function verifiedChain(
  certificates: readonly Certificate[],
  options: VerifyOptions,
): readonly Certificate[] | undefined {
  const [root, ...others] = certificates
  const leaf = others.pop()
  if (!root || !leaf) return undefined
  const search = { root, between: others, options, checks: 0 }
  if (!isValid(leaf, [], options)) return undefined
  const chains = isSame(root.raw, leaf.raw) ? [[leaf]] : chainsFrom([leaf], search)
  return chains.find((chain) => isForUsage(chain, options.usages))
}

interface Search {
  readonly root: Certificate
  readonly between: readonly Certificate[]
  readonly options: VerifyOptions
  /** How many signatures were looked at. */
  checks: number
}

/** Where Go gives up. */
const mostChecks = 100

type Chain = readonly Certificate[]

function chainsFrom(chain: Chain, search: Search): readonly Chain[] {
  const child = chain.at(-1) as Certificate
  const chains: Chain[] = []
  for (const parent of parentsOf(child, [search.root]))
    if (isParent(parent, chain, search)) chains.push([...chain, parent])
  for (const parent of parentsOf(child, search.between))
    if (isAuthority(parent) && isParent(parent, chain, search))
      chains.push(...chainsFrom([...chain, parent], search))
  return chains
}

/** Those whose key is the one the child names come first. */
function parentsOf(child: Certificate, certificates: readonly Certificate[]): Chain {
  const own = child.fields.authorityKeyId ?? new Uint8Array()
  const rankOf = ({ fields: { subjectKeyId = new Uint8Array() } }: Certificate): number => {
    if (isSame(subjectKeyId, own)) return 0
    return (subjectKeyId.length === 0) === (own.length === 0) ? 2 : 1
  }
  return certificates
    .filter(({ rawSubject }) => isSame(rawSubject, child.rawIssuer))
    .sort((first, second) => rankOf(first) - rankOf(second))
}

function isParent(parent: Certificate, chain: Chain, search: Search): boolean {
  search.checks++
  if (search.checks > mostChecks) throw new RangeError('too many signatures to check')
  const child = chain.at(-1) as Certificate
  const isNew = parent.publicKey !== undefined && !chain.some((each) => isAlike(each, parent))
  return isNew && mayHaveSigned(parent, child) && isValid(parent, chain, search.options)
}

function isAlike(first: Certificate, second: Certificate): boolean {
  const [own, other] = [alternativeNames(first), alternativeNames(second)]
  return (
    isSame(first.rawSubject, second.rawSubject) &&
    isSame(first.rawPublicKey, second.rawPublicKey) &&
    isSame(own, other)
  )
}

function alternativeNames({ extensions }: Certificate): Uint8Array {
  return extensions.find(({ oid }) => oid === '2.5.29.17')?.value ?? new Uint8Array()
}

function isAuthority({ fields: { constraints } }: Certificate): boolean {
  return constraints?.isAuthority === true
}

const certSign = 1 << 5

function mayHaveSigned({ version, fields, publicKey }: Certificate, child: Certificate): boolean {
  const { constraints, keyUsage = 0 } = fields
  if (constraints ? !constraints.isAuthority : version === 3) return false
  if (keyUsage !== 0 && (keyUsage & certSign) === 0) return false
  const { algorithm } = signatureKind(child.signatureAlgorithm)
  return publicKey !== undefined && algorithm !== undefined && isSigned(child, publicKey, algorithm)
}

function isSigned(child: Certificate, key: Key, algorithm: Algorithm): boolean {
  const signature =
    algorithm.family === 'ES' && key.kind === 'ec'
      ? halvesOf(child.signature, key.point.length)
      : child.signature
  if (!signature) return false
  return isSignedBy(key, algorithm, { message: child.rawBody, signature, form: 'strict' })
}

/** The two numbers of a signature in DER, each as long as a coordinate of the point. */
function halvesOf(der: Uint8Array, pointLength: number): Uint8Array | undefined {
  const size = (pointLength - 1) / 2
  try {
    const outer = new DerReader(der)
    const reader = outer.inside(tags.sequence)
    const halves = [reader.integer(), reader.integer()].map((half) => sized(half, size))
    const isWhole = reader.isEmpty && outer.isEmpty && halves.every((half) => half !== undefined)
    return isWhole ? concatBytes(...halves) : undefined
  } catch (error) {
    if (error instanceof BuiltinError) return undefined
    throw error
  }
}

function sized(value: bigint, size: number): Uint8Array | undefined {
  if (value < 0n || value >= 1n << BigInt(size * 8)) return undefined
  return Uint8Array.from({ length: size }, (_, at) =>
    Number((value >> BigInt((size - 1 - at) * 8)) & 255n),
  )
}

const nsPerMs = 1_000_000n

function isValid(
  { fields, notBefore, notAfter }: Certificate,
  chain: Chain,
  { timeNs }: VerifyOptions,
): boolean {
  const { unhandled, constraints } = fields
  if (fields.requireExplicitPolicy !== undefined)
    throw new RangeError('constraints on policies are not checked')
  if (unhandled) return false
  if (timeNs < BigInt(notBefore) * nsPerMs || timeNs > BigInt(notAfter) * nsPerMs) return false
  const longest = constraints?.maxPathLength ?? -1n
  return longest < 0n || BigInt(chain.length - 1) <= longest
}

/** From the root on, what a certificate is not for its children are not for either. */
function isForUsage(chain: Chain, wanted: readonly number[]): boolean {
  if (wanted.includes(anyUsage)) return true
  let left = wanted.length === 0 ? [serverUsage] : wanted
  for (const { fields } of chain.toReversed()) {
    const oids = fields.extendedUsages ?? []
    const usages = oids.map(extendedUsage)
    if (oids.length === 0 || usages.includes(anyUsage)) continue
    left = left.filter((usage) => usages.includes(usage))
  }
  return left.length > 0
}
