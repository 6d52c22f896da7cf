import { isDeepStrictEqual } from 'node:util'

import { createBreath } from '@vedette/core/breath'
import type { PatchOperation } from '@vedette/core/bundle/patch'
import { messageOf } from '@vedette/core/errors'
import type { Json } from '@vedette/core/json/json'

import type { PolicyUpdate } from '../../pap/administration.ts'
import type { PolicyIdentifier, ToscaPolicy } from '../../pap/tosca-policy.ts'
import { putOperation, removeOperation } from '../data/document.ts'
import { patched } from '../data/patched.ts'
import { checkPolicy } from './check-policy.ts'
import type { Policy } from './policy.ts'
import { isSame, readPolicy } from './policy.ts'

/** Policies in deployment order, and the data document they share. */
export interface Contents {
  readonly policies: readonly Policy[]
  readonly document: Json
}

/** A full update is the whole truth: what it does not deploy goes. */
export function namingAllThatGoes(current: Contents, update: PolicyUpdate): PolicyUpdate {
  if (!update.full) return update
  const { deploy, undeploy } = update
  const absent = current.policies.filter((policy) => !deploy.some((other) => isSame(policy, other)))
  return { ...update, undeploy: [...undeploy, ...absent] }
}

/** What an update would come to, before anything was compiled. */
export interface Assembly extends Contents {
  readonly deployed: readonly Policy[]
  readonly undeployed: readonly PolicyIdentifier[]
  readonly errors: readonly string[]
}

export interface AssemblyRules {
  /** Policies of the update that are known to fail, and why. */
  readonly refused: ReadonlyMap<ToscaPolicy, string>
  /** See `Surroundings`. */
  readonly loosePrefixes: boolean
}

/**
 * Takes policies away, then adds new ones one by one, so that a new version may follow the old one in one update.
 * A policy that fails leaves the others, and the version of it that was there, as they are.
 */
export async function assemble(
  current: Contents,
  update: PolicyUpdate,
  rules: AssemblyRules,
): Promise<Assembly> {
  const leaving = current.policies.filter((policy) =>
    update.undeploy.some((other) => isSame(policy, other)),
  )
  let assembly: Assembly = {
    ...leaving.reduce<Contents>(without, current),
    deployed: [],
    undeployed: leaving,
    errors: [],
  }
  const breathe = createBreath()
  for (const tosca of update.deploy) {
    if (isInForce(assembly, tosca)) continue
    assembly = withPolicy(assembly, tosca, rules)
    // An update may bring hundreds, and decisions are asked for meanwhile.
    await breathe()
  }
  return assembly
}

/** What is deployed again as it was leaves the data as it is by now; the PAP's word counts, not only the version. */
export function isInForce({ policies }: Contents, tosca: ToscaPolicy): boolean {
  const former = policies.find((policy) => isSame(policy, tosca))
  return former !== undefined && isDeepStrictEqual(former.tosca.properties, tosca.properties)
}

function withPolicy(assembly: Assembly, tosca: ToscaPolicy, rules: AssemblyRules): Assembly {
  const refusal = rules.refused.get(tosca)
  try {
    if (refusal !== undefined) throw new Error(refusal)
    return added(assembly, tosca, rules)
  } catch (error) {
    return { ...assembly, errors: [...assembly.errors, messageOf(error)] }
  }
}

function added(assembly: Assembly, tosca: ToscaPolicy, { loosePrefixes }: AssemblyRules): Assembly {
  const former = assembly.policies.find(({ name }) => name === tosca.name)
  const rest: Contents = former ? without(assembly, former) : assembly
  checkPolicy(tosca, { others: rest.policies, document: rest.document, loosePrefixes })
  const policy = readPolicy(tosca)
  return {
    ...assembly,
    policies: [...rest.policies, policy],
    document: withData(rest.document, policy),
    deployed: [...assembly.deployed.filter(({ name }) => name !== policy.name), policy],
  }
}

function without({ policies, document }: Contents, policy: Policy): Contents {
  // Children first, so that an emptied parent goes with the last of them.
  const bare = policy.data.toReversed().reduce((rest, { path }) => {
    return applied(rest, removeOperation(rest, path))
  }, document)
  return { policies: policies.filter((other) => other !== policy), document: bare }
}

function withData(document: Json, { name, data }: Policy): Json {
  try {
    return data.reduce((rest, write) => applied(rest, putOperation(rest, write)), document)
  } catch (cause) {
    throw new Error(`failed to Write Data: ${name}: ${messageOf(cause)}`, { cause })
  }
}

function applied(document: Json, operation: PatchOperation | undefined): Json {
  return operation ? patched(document, [operation]) : document
}
