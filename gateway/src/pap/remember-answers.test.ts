import { pino } from 'pino'
import { expect, test } from 'vitest'

import { openRecord } from './envelope.ts'
import type { OpenedRecord } from './envelope.ts'
import { updateResponse } from './pdp-status.ts'
import type { PdpStatus, PdpView } from './pdp-status.ts'
import { rememberAnswers } from './remember-answers.ts'
import type { AnswerStore } from './remember-answers.ts'
import { createMemoryAnswers, pdp } from './session.support.ts'

const role = { name: 'role', version: '1.0.0' }
const then: PdpView = {
  ...pdp,
  trouble: undefined,
  state: 'ACTIVE',
  policies: [role],
  assignment: { group: 'opaGroup', subgroup: 'opa' },
  nowMs: 1,
}

function request(requestId: unknown, messageName = 'PDP_UPDATE'): OpenedRecord {
  const record = openRecord(JSON.stringify({ messageName, requestId }))
  if (record === undefined) throw new Error('no envelope')
  return record
}

/** Someone who answers, what it carried out, and the present that it looks at. */
function responder(store: AnswerStore = createMemoryAnswers()): {
  readonly carriedOut: string[]
  readonly respond: (record: OpenedRecord) => Promise<PdpStatus | undefined>
  readonly see: (present: PdpView) => void
} {
  const carriedOut: string[] = []
  let present = then
  const respond = rememberAnswers(
    async ({ envelope, requestId }) => {
      carriedOut.push(`${envelope.messageName} ${requestId}`)
      return updateResponse(present, {
        responseTo: requestId,
        responseStatus: 'SUCCESS',
        responseMessage: 'well',
      })
    },
    { store, view: () => present, log: pino({ enabled: false }) },
  )
  return { carriedOut, respond, see: (other) => (present = other) }
}

test('a request is known by message and id', async () => {
  const { respond, carriedOut } = responder()
  for (const id of ['a', 'a', 'b', 'a']) await respond(request(id))
  await respond(request('b', 'PDP_STATE_CHANGE'))
  expect(carriedOut).toEqual(['PDP_UPDATE a', 'PDP_UPDATE b', 'PDP_STATE_CHANGE b'])
})

test('says the same again after a restart, when nothing was told to it yet', async () => {
  const store = createMemoryAnswers()
  const first = await responder(store).respond(request('a'))
  const restarted = responder(store)
  restarted.see({ ...then, state: 'PASSIVE', assignment: undefined, nowMs: 2 })
  const second = await restarted.respond(request('a'))
  expect(restarted.carriedOut).toEqual([])
  expect(second).toEqual({ ...first, requestId: second?.requestId, timestampMs: '2' })
  expect(second?.requestId).not.toBe(first?.requestId)
})

test('never lists again what has gone since', async () => {
  const here = responder()
  await here.respond(request('a'))
  here.see({ ...then, policies: [{ name: 'other', version: '1.0.0' }] })
  expect((await here.respond(request('a')))?.policies).toEqual([])
})

test('never takes two requests without an id for one', async () => {
  const { respond, carriedOut } = responder()
  for (const id of ['', '', null, 5, undefined]) await respond(request(id))
  expect(carriedOut).toHaveLength(5)
})

test('a disk that fails keeps nobody from answering', async () => {
  const failing = (): Promise<never> => Promise.reject(new Error('the disk is full'))
  const { respond, carriedOut } = responder({ answer: failing, putAnswer: failing })
  for (const id of ['a', 'a']) expect(await respond(request(id))).toMatchObject({ state: 'ACTIVE' })
  expect(carriedOut).toHaveLength(2)
})
