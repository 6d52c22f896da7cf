import type { Json } from '@vedette/core/json/json'

import type { ToscaPolicy } from '../../pap/tosca-policy.ts'
import { isSegment, packageConflict } from '../data/reserved.ts'
import { sizeProblem } from './checks.ts'
import type { Policy } from './policy.ts'
import { dataPath } from './policy.ts'

/** What a new policy has to get on with. */
export interface Surroundings {
  /** Deployed policies. */
  readonly others: readonly Neighbour[]
  readonly document: Json
  /** Whether a key may go on with any letter after the policy's name, as in the Go PDP; default only with a dot. */
  readonly loosePrefixes?: boolean | undefined
}

type Neighbour = Pick<Policy, 'name' | 'packages' | 'data'>

const policyType = 'onap.policies.native.opa'

/** The Go PDP's checks before it decodes anything, in its order and words; throws the first that fails. */
export function checkPolicy(policy: ToscaPolicy, surroundings: Surroundings): void {
  const names = surroundings.others.map(({ name }) => name)
  const hierarchy = hierarchyProblem(policy.name, names)
  if (hierarchy !== undefined) throw new Error(`${policy.name}, ${hierarchy}`)
  const problem =
    toscaProblem(policy, surroundings) ?? kindProblem(policy) ?? placeProblem(policy, surroundings)
  if (problem === undefined) return
  throw new Error(`Tosca Policy Validation failed for Policy: ${policy.name}: ${problem}`)
}

/** Spaces and punctuation are the Go PDP's. */
function hierarchyProblem(name: string, deployed: readonly string[]): string | undefined {
  if (name === '') return 'policy Name cannot be Empty'
  for (const other of deployed) {
    if (isBelow(other, name)) {
      return `policy Validation Failed : Policy-id: ${name} is parent  of deployed policy, overrides existing policy: ${other}`
    }
    if (isBelow(name, other)) {
      return `policy Validation Failed:  Policy-id: ${name} is child  of deployed policy , can overwrite existing policy: ${other}`
    }
  }
  return undefined
}

function toscaProblem(policy: ToscaPolicy, { loosePrefixes }: Surroundings): string | undefined {
  const { name, version, metadata, properties } = policy
  if (name !== metadata['policy-id']) {
    return emphasized(
      `policy name '${name}' does not match metadata policy-id '${metadata['policy-id']}'`,
    )
  }
  if (version !== metadata['policy-version']) {
    return emphasized(
      `policy version '${version}' does not match metadata policy-version '${metadata['policy-version']}'`,
    )
  }
  const owns = loosePrefixes ? startsWith : isAtOrBelow
  return (
    prefixProblem('data', `node.${name}`, { keys: Object.keys(properties.data), owns }) ??
    prefixProblem('policy', name, { keys: Object.keys(properties.policy), owns })
  )
}

type Owns = (key: string, prefix: string) => boolean

/** By segments: by letters, as in the Go PDP, policy `role` could replace the rules and data of `rolex`. */
function prefixProblem(
  kind: string,
  prefix: string,
  { keys, owns }: { readonly keys: readonly string[]; readonly owns: Owns },
): string | undefined {
  const foreign = keys.find((key) => !owns(key, prefix))
  if (foreign === undefined) return undefined
  return emphasized(`${kind} key '${foreign}' does not have name '${prefix}' as a prefix`)
}

/** What the Go PDP does not look at. A type that is left out is none that is wrong. */
function kindProblem({ name, type, properties }: ToscaPolicy): string | undefined {
  if (type !== '' && !isAtOrBelow(type, policyType)) {
    return `policy type '${type}' is not '${policyType}'`
  }
  if (Object.keys(properties.policy).length === 0) return `policy '${name}' has no module`
  return sizeProblem(properties)
}

function placeProblem(
  { properties }: ToscaPolicy,
  { others, document, loosePrefixes }: Surroundings,
): string | undefined {
  // Only loose prefixes let two policies come this close.
  const rivals = loosePrefixes ? others : []
  for (const key of Object.keys(properties.policy)) {
    const owner = rivals.find(({ packages }) => packages.some((other) => meet(key, other)))
    const conflict = packageConflict(key, document) ?? (owner && `it is of policy ${owner.name}`)
    if (conflict !== undefined) return `policy key '${key}' cannot be used: ${conflict}`
  }
  for (const key of Object.keys(properties.data)) {
    if (!dataPath(key).every(isSegment)) return `data key '${key}' has an empty segment`
    const owner = rivals.find(({ data }) => data.some(({ path }) => meet(key, path.join('.'))))
    if (owner) return `data key '${key}' cannot be used: it is of policy ${owner.name}`
  }
  return undefined
}

/** Whether one is the other, or above it. */
function meet(key: string, other: string): boolean {
  return isAtOrBelow(key, other) || isBelow(other, key)
}

function startsWith(key: string, prefix: string): boolean {
  return key.startsWith(prefix)
}

function isAtOrBelow(key: string, prefix: string): boolean {
  return key === prefix || isBelow(key, prefix)
}

function isBelow(name: string, ancestor: string): boolean {
  return name.startsWith(`${ancestor}.`)
}

function emphasized(problem: string): string {
  return `${problem}, 'Validation emphasizes the condition'`
}
