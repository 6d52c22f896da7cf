import { messageOf } from '@vedette/core/errors'

import type { Administration, PolicyUpdate } from './administration.ts'
import type { OpenedRecord } from './envelope.ts'
import type { PapLog } from './log.ts'
import type { Membership } from './membership.ts'
import { readPdpStateChange } from './pdp-state-change.ts'
import { releaseResponse, stateChangeResponse, updateResponse } from './pdp-status.ts'
import type { PdpResponse, PdpStatus, PdpView } from './pdp-status.ts'
import { assignmentOf, isRelease, readPdpUpdate } from './pdp-update.ts'
import type { PdpUpdate } from './pdp-update.ts'
import { hasErrors, STATE_CHANGED, updateMessage } from './response-message.ts'

/** An answer, up to the PDP's state and policies at the moment it is given. */
type Answer = (pdp: PdpView) => PdpStatus

export interface Responder {
  /** Carries out one request of the PAP; undefined for a message that is not answered. */
  respond(record: OpenedRecord): Promise<Answer | undefined>
  /** A request that was carried out before: after a restart, this PDP stands where that had put it. */
  resume(record: OpenedRecord): void
}

export interface ResponderOptions {
  readonly administration: Administration
  readonly membership: Membership
  readonly log: PapLog
}

export function createResponder({ administration, membership, log }: ResponderOptions): Responder {
  async function answerUpdate({ requestId, content }: OpenedRecord): Promise<Answer> {
    const reading = readPdpUpdate(content)
    if ('update' in reading) {
      membership.isNewcomer = false
      return isRelease(reading.update) ? release(reading.update) : carryOut(reading.update)
    }
    const response = failure(requestId, reading.refusal)
    return (pdp) => updateResponse(pdp, response)
  }

  async function carryOut(update: PdpUpdate): Promise<Answer> {
    place(update)
    const response = await apply(update.requestId, {
      deploy: update.policiesToBeDeployed ?? [],
      undeploy: update.policiesToBeUndeployed ?? [],
      full: membership.fullUpdateDue,
    })
    return (pdp) => updateResponse(pdp, response)
  }

  function place(update: PdpUpdate): void {
    membership.assign(assignmentOf(update), update)
    adoptInterval(update.pdpHeartbeatIntervalMs)
  }

  async function release({ requestId }: PdpUpdate): Promise<Answer> {
    const undeploy = administration.policies()
    const response = await apply(requestId, { deploy: [], undeploy, full: true })
    membership.release()
    return (pdp) => releaseResponse(pdp, response)
  }

  async function apply(requestId: string, update: PolicyUpdate): Promise<PdpResponse> {
    try {
      const outcome = await administration.apply(update)
      membership.fullUpdateDue = false
      const message = updateMessage(update, outcome)
      return hasErrors(outcome) ? failure(requestId, message) : success(requestId, message)
    } catch (error) {
      log.error({ err: error }, 'a PDP_UPDATE could not be carried out')
      return failure(requestId, `PDP Update Failed: ${messageOf(error)}`)
    }
  }

  function adoptInterval(intervalMs: number | null | undefined): void {
    if (typeof intervalMs !== 'number' || membership.adoptInterval(intervalMs)) return
    log.warn({ intervalMs }, 'heartbeat interval refused, the present one stays')
  }

  async function answerStateChange(record: OpenedRecord): Promise<Answer> {
    const response = await changeState(record)
    return (pdp) => stateChangeResponse(pdp, response)
  }

  async function changeState({ requestId, content }: OpenedRecord): Promise<PdpResponse> {
    const reading = readPdpStateChange(content)
    if ('refusal' in reading) return failure(requestId, reading.refusal)
    try {
      await administration.setState(reading.state)
      membership.stateTold = true
      return success(requestId, STATE_CHANGED)
    } catch (error) {
      log.error({ err: error }, 'a PDP_STATE_CHANGE could not be carried out')
      return failure(requestId, `PDP State Change Failed: ${messageOf(error)}`)
    }
  }

  function resumePlace(content: unknown): void {
    const reading = readPdpUpdate(content)
    if (!('update' in reading) || isRelease(reading.update)) return
    place(reading.update)
    membership.fullUpdateDue = false
  }

  return {
    async respond(record) {
      const { messageName } = record.envelope
      if (messageName === 'PDP_UPDATE') return answerUpdate(record)
      if (messageName === 'PDP_STATE_CHANGE') return answerStateChange(record)
      if (messageName !== 'PDP_STATUS')
        log.info({ messageName }, 'a message of the PAP has no answer')
      return undefined
    },
    resume({ envelope, content }) {
      if (!membership.mayResume) return
      if (envelope.messageName === 'PDP_UPDATE') resumePlace(content)
      else if ('state' in readPdpStateChange(content)) membership.stateTold = true
    },
  }
}

function success(responseTo: string, responseMessage: string): PdpResponse {
  return { responseTo, responseStatus: 'SUCCESS', responseMessage }
}

function failure(responseTo: string, responseMessage: string): PdpResponse {
  return { responseTo, responseStatus: 'FAILURE', responseMessage }
}
