import type { Logger } from 'pino'

import type { Checked, Gate, UnitCandidate } from '../catalog/units/gate.ts'
import { checkKey } from '../catalog/units/gate.ts'
import type { WarmCompiler } from '../compiler/compiler.ts'
import { differenceIn } from './difference.ts'
import { createPatience } from './patience.ts'

export interface GateOptions {
  readonly compiler: Pick<WarmCompiler, 'evaluate' | 'plan' | 'test' | 'wasm'>
  /** What was let through answers otherwise than OPA: it must go, if it is still there. */
  readonly withdraw: (checked: Checked, reason: string) => Promise<void>
  /** Resolves when no deployment is being carried out. */
  readonly idle: () => Promise<void>
  readonly log: Pick<Logger, 'error' | 'warn'>
  /** How long a deployment waits, in ms; what takes longer goes on after it. Default: 10. */
  readonly patienceMs?: number
}

/** A policy may bring thousands of examples, and none of them right. */
const complaintLimit = 20

/** Holds what an engine answers against OPA itself, before a policy is in force and, where that takes long, after. */
export function createGate(options: GateOptions): Gate {
  const { compiler, withdraw, idle, log, patienceMs = 10 } = options
  const waitFor = createPatience({ patienceMs, idle })
  /** By what was found to differ, so that it is refused at once the next time. */
  const differences = new Map<string, string>()

  async function check(
    candidate: UnitCandidate,
    pause: () => Promise<void>,
  ): Promise<string | undefined> {
    const complaints: string[] = []
    const complain = (sentence: string): void => void complaints.push(sentence)
    const difference = await differenceIn(candidate, { compiler, pause, complain })
    if (difference !== undefined) differences.set(checkKey(candidate), difference)
    tellOf(complaints, candidate)
    return difference
  }

  /** The same here as with OPA: no reason to refuse anything. */
  function tellOf(
    complaints: readonly string[],
    { policy: { name, version } }: UnitCandidate,
  ): void {
    if (complaints.length === 0) return
    const told = { policy: { name, version }, complaints: complaints.slice(0, complaintLimit) }
    log.warn(told, `${complaints.length} of the tests and examples of policy ${name} do not hold`)
  }

  /** A check that itself fails says nothing of the policy. */
  async function checkOrWarn(...asked: Parameters<typeof check>): ReturnType<typeof check> {
    try {
      return await check(...asked)
    } catch (error) {
      log.warn({ err: error }, 'a policy could not be held against OPA')
      return undefined
    }
  }

  /** The deployment did not wait for it. */
  async function conclude(difference: string | undefined, candidate: UnitCandidate): Promise<void> {
    if (difference === undefined) return
    const { policy } = candidate
    log.error({ policy, difference }, 'a policy is withdrawn: it answers otherwise than OPA')
    await withdraw(candidate, messageFor(difference))
  }

  return async (candidate) => {
    const known = differences.get(checkKey(candidate))
    if (known !== undefined) return fault(candidate, known)
    const checked = await waitFor((pause) => checkOrWarn(candidate, pause))
    if ('result' in checked)
      return checked.result === undefined ? undefined : fault(candidate, checked.result)
    checked.later
      .then((found) => conclude(found, candidate))
      .catch((error: unknown) => log.error({ err: error }, 'a policy could not be withdrawn'))
    return undefined
  }
}

function fault({ modules }: UnitCandidate, difference: string): Awaited<ReturnType<Gate>> {
  const file = modules[0]?.file ?? ''
  return { file, row: 1, column: 1, code: 'ERR_PARITY', message: messageFor(difference) }
}

function messageFor(difference: string): string {
  return `the engines here answer otherwise than OPA: ${difference}`
}
