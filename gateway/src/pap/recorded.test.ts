import { readFile } from 'node:fs/promises'

import { expect, test } from 'vitest'

import type { PdpStatus } from './pdp-status.ts'
import { pdp, settled, startSession } from './session.support.ts'

interface Recording {
  readonly pdpName: string
  readonly registration: string
  readonly heartbeat: string
  readonly exchanges: readonly { label: string; request: object; answer: string }[]
}

const recording = JSON.parse(
  await readFile(new URL('./fixtures/opa-pdp.json', import.meta.url), 'utf8'),
) as Recording

/** The compiler's own words, which differ between versions, are the administration's. */
const BROKEN = /Deployment Errors:(?<error>failed to build Rego File for (?<name>\w+): .*)\}\]/s

test('says what the Go PDP said, byte for byte', async () => {
  const { tell, ask, statuses, records, administration, clock } = await startSession({
    pdp: { ...pdp, name: recording.pdpName },
  })
  expectSameText(records[0], recording.registration)
  for (const { request, answer } of recording.exchanges) {
    const { groups } = BROKEN.exec(messageOf(answer)) ?? {}
    if (groups !== undefined) administration.broken.set(groups['name'] ?? '', groups['error'] ?? '')
    if (isDecoderError(answer)) {
      expect((await ask(request)).response?.responseMessage).toMatch(
        /failed Unmarshalling: timestampMs: /,
      )
      continue
    }
    await tell(request)
    expectSameText(records.at(-1), answer)
  }
  clock.pass(120_000)
  await settled()
  expectSameText(records.at(-1), recording.heartbeat)
  expect(statuses()).toHaveLength(recording.exchanges.length + 2)
})

/** Two ids and times differ, their form does not; everything else is compared as text. */
function expectSameText(actual: string | undefined, recorded: string): void {
  expect(anonymous(actual ?? '')).toBe(anonymous(recorded))
}

function anonymous(text: string): string {
  return text
    .replace(/"requestId":"[0-9a-f-]{36}"/, '"requestId":"<uuid>"')
    .replace(/"timestampMs":"\d{13}"/, '"timestampMs":"<ms>"')
}

function messageOf(answer: string): string {
  return (JSON.parse(answer) as PdpStatus).response?.responseMessage ?? ''
}

function isDecoderError(answer: string): boolean {
  return messageOf(answer).includes('json: cannot unmarshal')
}
