import type { Json } from '@vedette/core/json/json'

import type { ToscaPolicy } from '../pap/tosca-policy.ts'
import { dataPath } from './policy.ts'
import { isSegment, packageConflict } from './reserved.ts'

/** What a new policy has to get on with. */
export interface Surroundings {
  /** Names of deployed policies. */
  readonly names: readonly string[]
  readonly document: Json
}

/** The Go PDP's checks before it decodes anything, in its order and words; throws the first that fails. */
export function checkPolicy(policy: ToscaPolicy, { names, document }: Surroundings): void {
  const hierarchy = hierarchyProblem(policy.name, names)
  if (hierarchy !== undefined) throw new Error(`${policy.name}, ${hierarchy}`)
  const problem = toscaProblem(policy) ?? placeProblem(policy, document)
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

function toscaProblem({ name, version, metadata, properties }: ToscaPolicy): string | undefined {
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
  return (
    prefixProblem('data', `node.${name}`, Object.keys(properties.data)) ??
    prefixProblem('policy', name, Object.keys(properties.policy))
  )
}

/** By segments: by letters, as in the Go PDP, policy `role` could replace the rules and data of `rolex`. */
function prefixProblem(kind: string, prefix: string, keys: readonly string[]): string | undefined {
  const foreign = keys.find((key) => key !== prefix && !isBelow(key, prefix))
  if (foreign === undefined) return undefined
  return emphasized(`${kind} key '${foreign}' does not have name '${prefix}' as a prefix`)
}

function placeProblem({ properties }: ToscaPolicy, document: Json): string | undefined {
  for (const key of Object.keys(properties.policy)) {
    const conflict = packageConflict(key, document)
    if (conflict !== undefined) return `policy key '${key}' cannot be used: ${conflict}`
  }
  const odd = Object.keys(properties.data).find((key) => !dataPath(key).every(isSegment))
  return odd === undefined ? undefined : `data key '${odd}' has an empty segment`
}

function isBelow(name: string, ancestor: string): boolean {
  return name.startsWith(`${ancestor}.`)
}

function emphasized(problem: string): string {
  return `${problem}, 'Validation emphasizes the condition'`
}
