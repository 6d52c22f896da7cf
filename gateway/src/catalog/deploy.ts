import type { PolicyUpdate, UpdateOutcome } from '../pap/administration.ts'
import type { PolicyIdentifier, ToscaPolicy } from '../pap/tosca-policy.ts'
import type { Assembly, Contents } from './assemble.ts'
import { assemble, namingAllThatGoes } from './assemble.ts'
import { buildFailure, compilePolicies, culprits, isCompilerFailure } from './compile-policies.ts'
import type { CompiledUnit, Compiler } from './compile.ts'
import type { Policy } from './policy.ts'

export interface Deployment {
  /** What is in force then; absent when the update changes nothing. */
  readonly next: Deployed | undefined
  readonly outcome: UpdateOutcome
  /** Sentences on policies in force that no longer compile, and do not decide until they do. */
  readonly leftOut: readonly string[]
}

export interface Deployed extends Contents {
  /** Absent when no policy has a module. */
  readonly unit: CompiledUnit | undefined
}

interface Job {
  readonly current: Contents
  readonly update: PolicyUpdate
  readonly compiler: Compiler
  /** Grows: policies of the update that fail, and why. */
  readonly refused: Map<ToscaPolicy, string>
}

/** Policies in force that no longer compile, and why. */
type LeftOut = ReadonlyMap<Policy, string>

interface Settled {
  readonly unit: CompiledUnit | undefined
  readonly leftOut: LeftOut
}

/**
 * What an update makes of the policies in force. It writes nothing and remembers nothing. Policies fail one by one:
 * the others are deployed, and what a failing one would have replaced stays. Throws when nothing can be said of any
 * policy: the compiler itself failed.
 */
export async function deploy(
  current: Contents,
  update: PolicyUpdate,
  compiler: Compiler,
): Promise<Deployment> {
  const job = { current, update: namingAllThatGoes(current, update), compiler, refused: new Map() }
  const together = await compileTogether(job, new Map())
  if (together) return together
  const rest = assemble(current, { ...job.update, deploy: [] }, job.refused)
  const settled = await settle(rest.policies, compiler)
  return (await compileTogether(job, settled.leftOut)) ?? (await compileOneByOne(job, settled))
}

/** Drops the new policies whose modules have errors until the rest compiles; gives up when none of them is to blame. */
async function compileTogether(job: Job, leftOut: LeftOut): Promise<Deployment | undefined> {
  for (;;) {
    const assembly = assemble(job.current, job.update, job.refused)
    if (changesNothing(assembly)) return deploymentOf(assembly, { unit: undefined, leftOut })
    const result = await compilePolicies(able(assembly, leftOut), job.compiler)
    if ('unit' in result) return deploymentOf(assembly, { ...result, leftOut })
    const blamed = culprits(result.errors, assembly.deployed)
    if (blamed.length === 0) return undefined
    for (const policy of blamed) job.refused.set(policy.tosca, buildFailure(policy, result.errors))
  }
}

/** Adds new policies one at a time: whoever is added when it stops compiling is to blame, wherever the error shows. */
async function compileOneByOne(job: Job, settled: Settled): Promise<Deployment> {
  const { current, update, compiler, refused } = job
  let { unit } = settled
  for (const [index, tosca] of update.deploy.entries()) {
    const upToHere = { ...update, deploy: update.deploy.slice(0, index + 1) }
    const assembly = assemble(current, upToHere, refused)
    const policy = assembly.deployed.find((deployed) => deployed.tosca === tosca)
    if (!policy) continue
    const result = await compilePolicies(able(assembly, settled.leftOut), compiler)
    if ('unit' in result) unit = result.unit
    else refused.set(tosca, buildFailure(policy, result.errors))
  }
  return deploymentOf(assemble(current, update, refused), { ...settled, unit })
}

/** Compiles policies in force without those that, something being gone, no longer compile. */
async function settle(policies: readonly Policy[], compiler: Compiler): Promise<Settled> {
  const leftOut = new Map<Policy, string>()
  for (;;) {
    const rest = able({ policies }, leftOut)
    const result = await compilePolicies(rest, compiler)
    if ('unit' in result) return { unit: result.unit, leftOut }
    const failure = result.errors.find(isCompilerFailure)
    if (failure) throw new Error(`${failure.code}: ${failure.message}`)
    const blamed = culprits(result.errors, rest)
    if (blamed.length === 0)
      throw new Error(`errors in no policy: ${JSON.stringify(result.errors)}`)
    for (const policy of blamed) leftOut.set(policy, buildFailure(policy, result.errors))
  }
}

function changesNothing({ deployed, undeployed }: Assembly): boolean {
  return deployed.length === 0 && undeployed.length === 0
}

function able({ policies }: Pick<Contents, 'policies'>, leftOut: LeftOut): readonly Policy[] {
  return policies.filter((policy) => !leftOut.has(policy))
}

function deploymentOf(assembly: Assembly, { unit, leftOut }: Settled): Deployment {
  const outcome = outcomeOf(assembly)
  if (changesNothing(assembly)) return { next: undefined, outcome, leftOut: [] }
  const { policies, document } = assembly
  const missing = policies.flatMap((policy) => leftOut.get(policy) ?? [])
  return { next: { policies, document, unit }, outcome, leftOut: missing }
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
