import type { Json, JsonObject } from '@vedette/core/json/json'

import type { UpdateRecord } from '../catalog/update-store.ts'
import type { Standing } from '../health/required.ts'
import type { Note } from './note.ts'

/** How many replicas that nobody waits for have a revision. */
interface Browsers {
  readonly applied: number
  readonly pending: number
}

interface ReportOptions {
  readonly update: Pick<UpdateRecord, 'id' | 'kind' | 'revision' | 'error'>
  readonly note: Note
  /** Rises with each report of one update. */
  readonly sequence: number
  readonly standing: Standing
  readonly browsers: Browsers
  /** The one replica it speaks of. Default: it speaks of them all. */
  readonly replica?: string
}

/** OPAL's DataUpdateReport, and after its members `sequence` and how the fleet stands. */
export function reportOf(options: ReportOptions): JsonObject {
  const { update, note, sequence, standing, browsers, replica } = options
  const isData = update.kind === 'data'
  const isSaved =
    update.error === '' && !standing.failed.some((failing) => failing.replica === replica)
  return {
    update_id: isData ? update.id : null,
    reports: note.reports.map((entry) => ({ ...entry, saved: isSaved && entry['saved'] === true })),
    policy_hash: isData ? null : update.id,
    user_data: {},
    sequence,
    ...(replica !== undefined && { replica }),
    fleet: {
      revision: update.revision,
      applied: standing.applied.length,
      failed: standing.failed.length,
      pending: standing.pending.length,
      replicas: standing.failed.map((failing): Json => ({ ...failing })),
      browsers: { ...browsers },
    },
  }
}
