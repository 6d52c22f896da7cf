import type { PolicyUpdate, UpdateOutcome } from '../pap/administration.ts'
import type { PolicyIdentifier, ToscaPolicy } from '../pap/tosca-policy.ts'
import type { Assembly, Contents, Step } from './assemble.ts'
import { assemble, stepOf } from './assemble.ts'
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
  readonly step: Step
  readonly compiler: Compiler
  /** Grows: policies of the update that fail, and why. */
  readonly refused: Map<ToscaPolicy, string>
}

type LeftOut = ReadonlyMap<Policy, string>

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
  const job = { current, step: stepOf(current, update), compiler, refused: new Map() }
  return (await compileTogether(job)) ?? (await compileOneByOne(job))
}

/** Drops the new policies whose modules have errors until the rest compiles; gives up when none of them is to blame. */
async function compileTogether({
  current,
  step,
  compiler,
  refused,
}: Job): Promise<Deployment | undefined> {
  for (;;) {
    const assembly = assemble(current, step, refused)
    if (changesNothing(assembly))
      return { next: undefined, outcome: outcomeOf(assembly), leftOut: [] }
    const result = await compilePolicies(assembly.policies, compiler)
    if ('unit' in result) return deploymentOf(assembly, result.unit)
    const blamed = culprits(result.errors, assembly.deployed)
    if (blamed.length === 0) return undefined
    for (const policy of blamed) refused.set(policy.tosca, buildFailure(policy, result.errors))
  }
}

/** Adds new policies one at a time: whoever is added when it stops compiling is to blame, wherever the error shows. */
async function compileOneByOne({ current, step, compiler, refused }: Job): Promise<Deployment> {
  const rest = assemble(current, { ...step, deploy: [] }, refused)
  const settled = await settle(rest.policies, compiler)
  let { unit } = settled
  for (const [index, tosca] of step.deploy.entries()) {
    const assembly = assemble(
      current,
      { ...step, deploy: step.deploy.slice(0, index + 1) },
      refused,
    )
    const policy = assembly.deployed.find((deployed) => deployed.tosca === tosca)
    if (!policy) continue
    const able = assembly.policies.filter((other) => !settled.leftOut.has(other))
    const result = await compilePolicies(able, compiler)
    if ('unit' in result) ({ unit } = result)
    else refused.set(tosca, buildFailure(policy, result.errors))
  }
  return deploymentOf(assemble(current, step, refused), unit, settled.leftOut)
}

/** Compiles policies in force without those that, something being gone, no longer compile. */
async function settle(
  policies: readonly Policy[],
  compiler: Compiler,
): Promise<{ readonly unit: CompiledUnit | undefined; readonly leftOut: LeftOut }> {
  const leftOut = new Map<Policy, string>()
  for (;;) {
    const able = policies.filter((policy) => !leftOut.has(policy))
    const result = await compilePolicies(able, compiler)
    if ('unit' in result) return { unit: result.unit, leftOut }
    const failure = result.errors.find(isCompilerFailure)
    if (failure) throw new Error(`${failure.code}: ${failure.message}`)
    const blamed = culprits(result.errors, able)
    if (blamed.length === 0)
      throw new Error(`errors in no policy: ${JSON.stringify(result.errors)}`)
    for (const policy of blamed) leftOut.set(policy, buildFailure(policy, result.errors))
  }
}

function changesNothing({ deployed, undeployed }: Assembly): boolean {
  return deployed.length === 0 && undeployed.length === 0
}

function deploymentOf(
  assembly: Assembly,
  unit: CompiledUnit | undefined,
  leftOut: LeftOut = new Map(),
): Deployment {
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
