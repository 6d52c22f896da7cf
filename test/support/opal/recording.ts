import { readFile } from 'node:fs/promises'

/** What was recorded from a running OPAL 0.9.9, as far as it is asked again here. */
export interface Recording {
  readonly data_update_cases: readonly DataUpdateCase[]
  /** Body, status, and the answer; a text only describes it. */
  readonly validation: readonly (readonly [object, number, object | string])[]
  readonly policy_and_engine_cases: readonly PolicyCase[]
  readonly startup_and_updater_flag_cases: readonly Probed[]
  readonly policy_updater_disabled: Readonly<Record<string, unknown>>
  readonly burst_callback_loss: readonly {
    readonly n: number
    readonly callbacks_total: number
    readonly distinct_ids_reported: number
  }[]
  readonly one_time_callback_tuple_without_method: {
    readonly request_callback: readonly unknown[]
    readonly observed: { readonly method: string; readonly content_type: string }
  }
  readonly duplicate_delivery_parent_and_child_topic: {
    readonly published_topic: string
    readonly callback_posts_per_url_for_one_update: number
    readonly entry_topics_in_report: readonly string[]
  }
  readonly get_callbacks_client_api: readonly object[]
}

export interface DataUpdateCase extends Probed {
  readonly request: object
  readonly server_ack: { readonly status: number; readonly body: object }
  readonly callbacks: readonly RecordedPost[]
  /** Path of a question → answer. */
  readonly opa_after?: Readonly<Record<string, object>>
  readonly system_opal: OpalDocument
}

export interface OpalDocument {
  readonly result: {
    readonly last_data_transaction: OpalTransaction
    readonly last_failed_data_transaction: OpalTransaction
  }
}

interface OpalTransaction {
  readonly id: string
  readonly actions: readonly string[]
  readonly transaction_type: string
  readonly success: boolean
}

interface PolicyCase extends Probed {
  readonly callbacks: readonly { readonly path: string }[]
}

interface Probed {
  readonly case: string
  readonly client_healthcheck: Probe | readonly [number, object]
  readonly client_ready: Probe | readonly [number, object]
}

interface Probe {
  readonly status: number
  readonly body: object
}

export interface RecordedPost {
  readonly path: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: object
}

/** Where OPAL's callbacks and sources were when it was recorded. */
export const recordedHost = '127.0.0.1:17777'

export async function readRecording(): Promise<Recording> {
  const file = new URL('../fixtures/opal.json', import.meta.url)
  return JSON.parse(await readFile(file, 'utf8')) as Recording
}

/** `healthy` and `ready` as they were answered. */
export function probesOf({ client_healthcheck, client_ready }: Probed): object {
  return { healthy: pairOf(client_healthcheck), ready: pairOf(client_ready) }
}

/** What an answer to `GET /v1/data/system/opal` says of an update: OPAL does not tell why it failed, and we do. */
export function transactionOf(
  { result }: OpalDocument,
  id: string | undefined,
): object | undefined {
  const { last_data_transaction: last, last_failed_data_transaction: failed } = result
  const found = [failed, last].find((each) => each.id === id)
  return found && { actions: found.actions, type: found.transaction_type, success: found.success }
}

function pairOf(probe: Probed['client_ready']): unknown {
  return 'status' in probe ? [probe.status, probe.body] : probe
}
