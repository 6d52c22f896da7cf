import type { PolicyUpdate, UpdateOutcome } from '../../pap/administration.ts'
import type { PolicyIdentifier, ToscaPolicy } from '../../pap/tosca-policy.ts'
import { buildFailure, culprits, isCompilerFailure } from '../units/faults.ts'
import type { Units } from '../units/units.ts'
import type { Deployed, Job, Workshop } from '../units/workshop.ts'
import type { Assembly, AssemblyRules, Contents } from './assemble.ts'
import { assemble, namingAllThatGoes } from './assemble.ts'
import type { Policy } from './policy.ts'

export interface Deployment {
  /** What is in force then; absent when the update changes nothing. */
  readonly next: Deployed | undefined
  readonly outcome: UpdateOutcome
  /** Sentences on policies in force that no longer compile, and do not decide until they do. */
  readonly leftOut: readonly string[]
}

export interface DeployOptions {
  readonly workshop: Workshop
  /** See `Surroundings`. Default false. */
  readonly loosePrefixes?: boolean | undefined
  /** Policies of the update that are known to fail, and why. Default none. */
  readonly refused?: ReadonlyMap<ToscaPolicy, string>
}

interface Attempt extends AssemblyRules {
  readonly current: Deployed
  readonly update: PolicyUpdate
  readonly job: Job
  /** Grows: policies of the update that fail, and why. */
  readonly refused: Map<ToscaPolicy, string>
}

/** Policies in force that no longer compile, and why. */
type LeftOut = ReadonlyMap<Policy, string>

interface Settled {
  readonly units: Units
  readonly leftOut: LeftOut
}

/**
 * What an update makes of the policies in force. It writes nothing. Policies fail one by one: the others are
 * deployed, and what a failing one would have replaced stays. Throws when nothing can be said of any policy: the
 * compiler itself failed.
 */
export async function deploy(
  current: Deployed,
  update: PolicyUpdate,
  { workshop, loosePrefixes = false, refused }: DeployOptions,
): Promise<Deployment> {
  const attempt: Attempt = {
    loosePrefixes,
    current,
    update: namingAllThatGoes(current, update),
    job: await workshop.begin(current),
    refused: new Map(refused),
  }
  return (await deployTogether(attempt, new Map())) ?? deployBeside(attempt)
}

/** The errors are in policies in force: either something is gone that they need, or a new policy is in their way. */
async function deployBeside(attempt: Attempt): Promise<Deployment> {
  const { current, update, job } = attempt
  const rest = await assemble(current, { ...update, deploy: [] }, attempt)
  const settled = await settle(rest, job)
  return (await deployTogether(attempt, settled.leftOut)) ?? deployOneByOne(attempt, settled)
}

/** Drops the new policies whose modules have errors until the rest compiles; gives up when none of them is to blame. */
async function deployTogether(attempt: Attempt, leftOut: LeftOut): Promise<Deployment | undefined> {
  const { current, update, job, refused } = attempt
  for (;;) {
    const assembly = await assemble(current, update, attempt)
    if (changesNothing(assembly)) return unchanged(assembly)
    const result = await job.compile(able(assembly, leftOut))
    if ('units' in result) return deploymentOf(assembly, { ...result, leftOut }, job)
    const blamed = culprits(result.faults, assembly.deployed)
    if (blamed.length === 0) return undefined
    for (const policy of blamed) refused.set(policy.tosca, buildFailure(policy, result.faults))
  }
}

/** Adds new policies one at a time: whoever is added when it stops compiling is to blame, wherever the error shows. */
async function deployOneByOne(attempt: Attempt, settled: Settled): Promise<Deployment> {
  const { current, update, job, refused } = attempt
  let { units } = settled
  for (const [index, tosca] of update.deploy.entries()) {
    const upToHere = { ...update, deploy: update.deploy.slice(0, index + 1) }
    const assembly = await assemble(current, upToHere, attempt)
    const policy = assembly.deployed.find((deployed) => deployed.tosca === tosca)
    if (!policy) continue
    const result = await job.compile(able(assembly, settled.leftOut))
    if ('units' in result) units = result.units
    else refused.set(tosca, buildFailure(policy, result.faults))
  }
  return deploymentOf(await assemble(current, update, attempt), { ...settled, units }, job)
}

/** Compiles policies in force without those that, something being gone, no longer compile. */
async function settle({ policies, document }: Contents, job: Job): Promise<Settled> {
  const leftOut = new Map<Policy, string>()
  for (;;) {
    const rest = able({ policies, document }, leftOut)
    const result = await job.compile(rest)
    if ('units' in result) return { units: result.units, leftOut }
    const errors = result.faults.map(({ error }) => error)
    const failure = errors.find(isCompilerFailure)
    if (failure) throw new Error(`${failure.code}: ${failure.message}`)
    const blamed = culprits(result.faults, rest.policies)
    if (blamed.length === 0) throw new Error(`errors in no policy: ${JSON.stringify(errors)}`)
    for (const policy of blamed) leftOut.set(policy, buildFailure(policy, result.faults))
  }
}

function changesNothing({ deployed, undeployed }: Assembly): boolean {
  return deployed.length === 0 && undeployed.length === 0
}

function able({ policies, document }: Contents, leftOut: LeftOut): Contents {
  return { policies: policies.filter((policy) => !leftOut.has(policy)), document }
}

function unchanged(assembly: Assembly): Deployment {
  return { next: undefined, outcome: outcomeOf(assembly), leftOut: [] }
}

function deploymentOf(assembly: Assembly, { units, leftOut }: Settled, job: Job): Deployment {
  if (changesNothing(assembly)) return unchanged(assembly)
  const { policies, document } = assembly
  const missing = policies.flatMap((policy) => leftOut.get(policy) ?? [])
  const next = { policies, document, units, outcomes: job.outcomes() }
  return { next, outcome: outcomeOf(assembly), leftOut: missing }
}

function outcomeOf({ deployed, undeployed, errors }: Assembly): UpdateOutcome {
  return {
    deployed: deployed.map(identifierOf),
    undeployed: undeployed.map(identifierOf),
    deployErrors: errors,
    undeployErrors: [],
  }
}

function identifierOf({ name, version }: PolicyIdentifier): PolicyIdentifier {
  return { name, version }
}
