import { Hono } from 'hono'
import type { Logger } from 'pino'
import * as v from 'valibot'

import { bearer } from '../auth.ts'
import { limitBody } from '../body.ts'
import { detailOf } from './detail.ts'

const flag = v.optional(v.nullable(v.boolean()), false)
const text = v.nullish(v.string(), null)

/** OPAL's DataUpdateReport; of its entries `config` and `data` may be secrets, and are not taken. */
const ReportSchema = v.object({
  update_id: text,
  reports: v.pipe(
    v.array(
      v.object({
        entry: v.object({
          url: v.string(),
          topics: v.optional(v.array(v.string()), ['policy_data']),
          dst_path: v.optional(v.string(), ''),
          save_method: v.optional(v.string(), 'PUT'),
        }),
        fetched: flag,
        saved: flag,
        hash: text,
      }),
    ),
    v.maxLength(1000),
  ),
  policy_hash: text,
  user_data: v.optional(v.record(v.string(), v.unknown()), {}),
})

interface Received {
  readonly received: string
  readonly report: v.InferOutput<typeof ReportSchema>
}

/** OPAL's clients send back whatever came with an update. */
const reportBytes = 20 * 1024 * 1024
const shownReports = 100
const longestShown = 64 * 1024

/**
 * `/data/callback_report`: takes the reports of OPAL's clients, and shows the latest hundred of this life; what is very
 * long without its data is in the log alone.
 */
export function callbackReportDoor(options: {
  readonly token: string
  readonly log: Pick<Logger, 'info'>
}): Hono {
  let latest: readonly Received[] = []
  const door = new Hono()
  door.use(bearer(options.token))
  door.get('/', (c) => c.json({ reports: latest }))
  door.post('/', limitBody(reportBytes), async (c) => {
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), ReportSchema), await c.req.text())
    if (!parsed.success) return c.json({ detail: parsed.issues.map(detailOf) }, 422)
    const report = parsed.output
    if (JSON.stringify(report).length <= longestShown)
      latest = [...latest, { received: new Date().toISOString(), report }].slice(-shownReports)
    const { update_id: update, policy_hash: policy, reports } = report
    const saved = reports.filter((entry) => entry.saved === true).length
    options.log.info({ update, policy, entries: reports.length, saved }, 'a replica reported')
    return c.json({})
  })
  return door
}
