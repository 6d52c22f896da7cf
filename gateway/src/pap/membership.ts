import type { Assignment } from './pdp-status.ts'

/** Below, a PAP's slip would flood the topic; above, Node's timers fire at once. */
const HEARTBEAT_RANGE_MS = { min: 100, max: 2 ** 31 - 1 } as const

/**
 * This PDP's place at the PAP. It is lost with the process, which then registers and is told again;
 * what the gateway restored from its store decides meanwhile, and is none of the PAP's business yet.
 */
export class Membership {
  /** Undefined: registering. */
  assignment: Assignment | undefined
  /**
   * The next update answers a registration: it is the whole truth, not a delta. Not before the registration itself
   * was read from the topic: what stands before it was said to this PDP's former life.
   */
  fullUpdateDue = false
  /** Until the PAP tells a state after the registration, PASSIVE is reported. */
  stateTold = false
  heartbeatIntervalMs: number

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

  heardOwnRegistration(): void {
    if (this.assignment === undefined) this.fullUpdateDue = true
  }

  release(): void {
    this.assignment = undefined
    this.fullUpdateDue = false
    this.stateTold = false
  }
}
