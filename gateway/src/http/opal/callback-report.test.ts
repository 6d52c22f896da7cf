import fc from 'fast-check'
import { expect, test, vi } from 'vitest'

import { callbackReportDoor } from './callback-report.ts'

function open() {
  const log = { info: vi.fn() }
  const door = callbackReportDoor({ token: 'secret', log })
  const headers = { authorization: 'Bearer secret' }
  return {
    log,
    door,
    post: async (body: string): Promise<Response> =>
      door.request('/', { method: 'POST', headers, body }),
    shown: async (): Promise<unknown> => (await door.request('/', { headers })).json(),
  }
}

// Recorded from OPAL 0.9.9, case fetch_ok.
const entry = {
  url: 'http://127.0.0.1:17777/ok',
  config: { headers: { Authorization: 'Bearer T' } },
  topics: ['policy_data'],
  dst_path: '/fetched',
  save_method: 'PUT',
  data: { inline: 'secret' },
}
const report = {
  update_id: '67c93c45138845b1a4060e609f399a30',
  reports: [{ entry, fetched: true, saved: true, hash: 'dfa0a301' }],
  policy_hash: null,
  user_data: {},
}

test("OPAL's report is taken, logged and shown, without what may be secret", async () => {
  const { log, post, shown } = open()
  const answer = await post(JSON.stringify(report))
  expect([answer.status, await answer.text()]).toEqual([200, '{}'])
  const { config: _, data: __, ...open_ } = entry
  expect(await shown()).toEqual({
    reports: [
      {
        received: expect.stringMatching(/^\d{4}-.*Z$/),
        report: { ...report, reports: [{ ...report.reports[0], entry: open_ }] },
      },
    ],
  })
  expect(log.info.mock.calls).toEqual([
    [{ update: report.update_id, policy: null, entries: 1, saved: 1 }, 'a replica reported'],
  ])
})

test("OPAL's report of a policy is taken, and what it may leave out", async () => {
  const { post, shown } = open()
  await post('{"reports": [], "policy_hash": "8de9f160f76f4cd337e90cd2d57b4aebf45f5464"}')
  expect(await shown()).toMatchObject({
    reports: [{ report: { update_id: null, user_data: {} } }],
  })
})

test('the latest hundred are shown', async () => {
  const { post, shown } = open()
  for (let n = 0; n < 103; n++) await post(`{"update_id": "u${n}", "reports": []}`)
  const { reports } = (await shown()) as { reports: readonly { report: { update_id: string } }[] }
  expect(reports).toHaveLength(100)
  expect(reports[0]?.report.update_id).toBe('u3')
})

test('what is no report is 422 in OPAL’s words, whatever it is', async () => {
  const { door, post, shown } = open()
  const missing = await post('{"update_id":"u"}')
  expect([missing.status, await missing.json()]).toEqual([
    422,
    {
      detail: [{ loc: ['body', 'reports'], msg: 'field required', type: 'value_error.missing' }],
    },
  ])
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (body) => {
      expect((await post(body)).status).toBe(422)
    }),
    { numRuns: 50 },
  )
  expect(await shown()).toEqual({ reports: [] })
  expect((await door.request('/', { method: 'POST', body: '{}' })).status).toBe(401)
})

test('a report is taken with all the data of its update, and shown where it is short without', async () => {
  const { post, shown } = open()
  const long = 'x'.repeat(70_000)
  const [first] = report.reports
  const reports = [{ ...first, entry: { ...entry, data: { long } } }]
  expect((await post(JSON.stringify({ ...report, reports }))).status).toBe(200)
  expect((await post(JSON.stringify({ reports: [], user_data: { long } }))).status).toBe(200)
  expect(await shown()).toMatchObject({ reports: [{ report: { update_id: report.update_id } }] })
  expect((await post(JSON.stringify(long.repeat(300)))).status).toBe(413)
})
