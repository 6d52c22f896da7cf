import type { Assignment } from './pdp-status.ts'
import { isDelta } from './pdp-update.ts'
import type { PdpUpdate } from './pdp-update.ts'

/** Below, a PAP's slip would flood the topic; above, Node's timers fire at once. */
const HEARTBEAT_RANGE_MS = { min: 100, max: 2 ** 31 - 1 } as const

/**
 * This PDP's place at the PAP. It is lost with the process, which then registers and is told again;
 * what the gateway restored from its store decides meanwhile, and is none of the PAP's business yet.
 */
export class Membership {
  /** Undefined: registering. */
  assignment: Assignment | undefined
  /** The next update is the whole truth, not a delta. */
  fullUpdateDue = false
  /** Until the PAP tells a state after the registration, PASSIVE is reported. */
  stateTold = false
  heartbeatIntervalMs: number
  /** No update was carried out yet: what was answered, the process before this one answered. */
  isNewcomer = true
  #registeredAt = Infinity
  #isRegistrationHeard = false

  constructor(heartbeatIntervalMs: number) {
    this.heartbeatIntervalMs = heartbeatIntervalMs
  }

  /** False for an interval that no PAP can mean; the present one stays. */
  adoptInterval(intervalMs: number): boolean {
    const { min, max } = HEARTBEAT_RANGE_MS
    if (intervalMs < min || intervalMs > max) return false
    this.heartbeatIntervalMs = intervalMs
    return true
  }

  /** A PAP that goes on asking behind the registration has not forgotten what it asked before. */
  get mayResume(): boolean {
    return this.isNewcomer && this.#isRegistrationHeard
  }

  registered(nowMs: number): void {
    this.#registeredAt = Math.min(this.#registeredAt, nowMs)
  }

  heardOwnRegistration(): void {
    this.#isRegistrationHeard = true
  }

  /**
   * The first update answers the registration, and is the whole truth, if it is younger, or stands behind it on the
   * topic and is no delta by its form. Any other was said to this PDP's former life, perhaps once more.
   */
  assign(assignment: Assignment, update: PdpUpdate): void {
    if (this.assignment === undefined) {
      const isBehind = this.#isRegistrationHeard && !isDelta(update)
      this.fullUpdateDue = isBehind || update.timestampMs >= this.#registeredAt
    }
    this.assignment = assignment
  }

  release(): void {
    this.assignment = undefined
    this.fullUpdateDue = false
    this.stateTold = false
    this.#registeredAt = Infinity
    this.#isRegistrationHeard = false
  }
}
