import { setTimeout as delay } from 'node:timers/promises'

import { loadBuiltins } from '@vedette/core/evaluator/builtins/table'
import type { Engine } from '@vedette/core/evaluator/evaluator'
import { createPlanEngine } from '@vedette/core/evaluator/plan/runtime/engine'
import { createUnitEngine } from '@vedette/core/evaluator/unit-engine'
import { sourceOfValue } from '@vedette/core/json/source'
import type { Logger } from 'pino'

import type { Gate, UnitCandidate } from '../catalog/gate.ts'
import type { MadeUnit } from '../catalog/units.ts'
import type { WarmCompiler } from '../compiler/compiler.ts'
import type { PolicyIdentifier } from '../pap/tosca-policy.ts'
import { differenceFrom } from './parity.ts'
import { sliceOf } from './slice.ts'

export interface GateOptions {
  readonly compiler: Pick<WarmCompiler, 'evaluate'>
  /** A policy that was let through answers otherwise than OPA: it must go. */
  readonly withdraw: (policy: PolicyIdentifier, reason: string) => Promise<void>
  readonly log: Pick<Logger, 'error' | 'warn'>
  /** How long a deployment waits, in ms; what takes longer goes on beside it. Default: 10. */
  readonly patienceMs?: number
}

/** More than any sample of questions needs; a policy that takes it is not told apart from one that never ends. */
const stepsPerQuestion = 100_000

/** Holds what an engine answers against OPA itself, before a policy is in force and, where that takes long, after. */
export function createGate({ compiler, withdraw, log, patienceMs = 10 }: GateOptions): Gate {
  /** Of programs that were found to differ, so that they are refused at once the next time. */
  const differences = new Map<string, string>()

  async function check(candidate: UnitCandidate): Promise<string | undefined> {
    const { made, modules, plan, document } = candidate
    const data = sliceOf(document, made.unit.reads)
    if (data === undefined) return undefined
    const engine = await engineOf(made)
    engine.setData(sourceOfValue(data))
    const { entrypoints, builtins } = made.unit
    const compared = { modules, plan, entrypoints, builtins, engine, document: data }
    const difference = await differenceFrom(compared, compiler)
    if (difference !== undefined) differences.set(keyOf(made), difference)
    return difference
  }

  /** The deployment did not wait for it. */
  async function conclude(difference: string | undefined, policy: PolicyIdentifier): Promise<void> {
    if (difference === undefined) return
    log.error({ policy, difference }, 'a policy is withdrawn: it answers otherwise than OPA')
    await withdraw(policy, messageFor(difference))
  }

  return async (candidate) => {
    const checking = checkOrWarn(() => check(candidate), log)
    const known = differences.get(keyOf(candidate.made))
    const difference = known ?? (await Promise.race([checking, delay(patienceMs, late)]))
    if (difference !== late)
      return difference === undefined ? undefined : fault(candidate, difference)
    checking
      .then((found) => conclude(found, candidate.policy))
      .catch((error: unknown) => log.error({ err: error }, 'a policy could not be withdrawn'))
    return undefined
  }
}

const late = Symbol('late')

/** A check that itself fails says nothing of the policy. */
async function checkOrWarn(
  check: () => Promise<string | undefined>,
  log: GateOptions['log'],
): Promise<string | undefined> {
  try {
    return await check()
  } catch (error) {
    log.warn({ err: error }, 'a policy could not be held against OPA')
    return undefined
  }
}

function keyOf({ unit }: MadeUnit): string {
  return unit.program?.digest ?? unit.wasm ?? ''
}

async function engineOf({ unit, blobs }: MadeUnit): Promise<Engine> {
  const program = unit.program && blobs.get(unit.program.digest)
  if (!program) return createUnitEngine(unit, (digest) => blobs.get(digest) ?? new Uint8Array())
  const builtins = await loadBuiltins(unit.builtins)
  const limits = { steps: stepsPerQuestion }
  return createPlanEngine(new TextDecoder().decode(program), { builtins, limits })
}

function fault({ modules }: UnitCandidate, difference: string): Awaited<ReturnType<Gate>> {
  const file = modules[0]?.file ?? ''
  return { file, row: 1, column: 1, code: 'ERR_PARITY', message: messageFor(difference) }
}

function messageFor(difference: string): string {
  return `the engines here answer otherwise than OPA: ${difference}`
}
