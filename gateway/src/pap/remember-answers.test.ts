import { expect, test } from 'vitest'

import { openRecord } from './envelope.ts'
import { heartbeat } from './pdp-status.ts'
import { rememberAnswers } from './remember-answers.ts'

function request(
  requestId: unknown,
  messageName = 'PDP_UPDATE',
): NonNullable<ReturnType<typeof openRecord>> {
  const record = openRecord(JSON.stringify({ messageName, requestId }))
  if (record === undefined) throw new Error('no envelope')
  return record
}

test('remembers the latest answers, by message and id', async () => {
  const carriedOut: string[] = []
  const respond = rememberAnswers(async ({ envelope, requestId }) => {
    carriedOut.push(`${envelope.messageName} ${requestId}`)
    return heartbeat
  }, 2)
  for (const id of ['a', 'a', 'b', 'a', 'c', 'a']) await respond(request(id))
  await respond(request('c', 'PDP_STATE_CHANGE'))
  expect(carriedOut).toEqual([
    'PDP_UPDATE a',
    'PDP_UPDATE b',
    'PDP_UPDATE c',
    'PDP_UPDATE a',
    'PDP_STATE_CHANGE c',
  ])
})

test('never takes two requests without an id for one', async () => {
  let carriedOut = 0
  const respond = rememberAnswers(async () => {
    carriedOut += 1
    return heartbeat
  })
  for (const id of ['', '', null, 5, undefined]) await respond(request(id))
  expect(carriedOut).toBe(5)
})
