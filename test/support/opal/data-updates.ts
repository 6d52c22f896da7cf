import { vi } from 'vitest'

import type { Replayed } from '../recorded.ts'
import { recordedPolicies, startOpalGateway } from './gateway.ts'
import type { OpalGateway } from './gateway.ts'
import { isOfPolicy } from './peer.ts'
import type { Peer } from './peer.ts'
import { probesOf, transactionOf } from './recording.ts'
import type { DataUpdateCase, OpalDocument, Recording, RecordedPost } from './recording.ts'

const soon = { timeout: 20_000, interval: 10 }

/** Asks a gateway, one after the other, for every data update that OPAL was asked for. */
export async function replayDataUpdates(
  { data_update_cases: cases, validation }: Recording,
  peer: Peer,
): Promise<readonly Replayed[]> {
  await using gateway = await startOpalGateway({
    policies: recordedPolicies,
    environment: {
      // As OPAL: entries are shown whole, which makes the reports comparable to the letter.
      VEDETTE_REPORT_DISCLOSES: 'config,data',
      OPAL_DEFAULT_UPDATE_CALLBACKS: peer.ours(
        `{"callbacks":["http://127.0.0.1:17777/cb",
          ("http://127.0.0.1:17777/cb_tuple", {"headers": {"X-My-Token": "token"}, "process_data": False})]}`,
      ),
    },
  })
  await vi.waitFor(async () => {
    const { status } = await gateway.call('GET', '/ready')
    if (status !== 200) throw new Error('not ready')
  }, soon)
  const replayed: Replayed[] = []
  for (const each of cases)
    replayed.push({
      label: each.case,
      recorded: recordedOf(each),
      said: await replayOne(each, gateway, peer),
    })
  for (const [body, status, answer] of validation) {
    const said = await gateway.call('POST', '/data/config', body)
    const isTold = typeof answer !== 'string'
    replayed.push({
      label: JSON.stringify(body),
      recorded: { status, ...(isTold && { body: answer }) },
      said: { status: said.status, ...(isTold && { body: sameMembers(said.body, answer) }) },
    })
  }
  return replayed
}

function recordedOf(recorded: DataUpdateCase): object {
  const { server_ack: ack, callbacks, opa_after: after = {} } = recorded
  const posts = callbacks.map(({ path, method, headers, body }: RecordedPost) => ({
    path,
    method,
    type: headers['Content-Type'],
    token: headers['X-My-Token'],
    body: withId(body, recorded),
  }))
  return {
    ...ack,
    ...probesOf(recorded),
    posts: sorted(posts),
    after: withoutRoot(after),
    transaction: transactionOf(recorded.system_opal, (recorded.request as Request).id),
  }
}

async function replayOne(
  recorded: DataUpdateCase,
  gateway: OpalGateway,
  peer: Peer,
): Promise<object> {
  const told = (): Peer['posts'] => peer.posts.filter((post) => !isOfPolicy(post))
  const from = told().length
  const request = JSON.parse(peer.ours(JSON.stringify(recorded.request))) as Request
  const { status, body } = await gateway.call('POST', '/data/config', request)
  const { id } = body as { readonly id?: string }
  await reported(gateway, id ?? request.id, async (reports) => {
    const targets = 2 + (request.callback?.callbacks.length ?? 0)
    await vi.waitFor(() => {
      if (told().length < from + reports * targets) throw new Error('not called back')
    }, soon)
  })
  const posts = JSON.parse(peer.theirs(JSON.stringify(told().slice(from)))) as Peer['posts']
  const after: Record<string, unknown> = {}
  for (const path of Object.keys(withoutRoot(recorded.opa_after ?? {})))
    after[path] = resultOf((await gateway.call('GET', `/v1/data${path}`)).body)
  const opal = await gateway.call('GET', '/v1/data/system/opal')
  return {
    status,
    body: sameMembers(body, recorded.server_ack.body),
    ...(await gateway.probes()),
    posts: sorted(posts.map((post) => ({ ...post, body: withId(opalsOf(post.body), recorded) }))),
    after,
    transaction: transactionOf(opal.body as OpalDocument, request.id),
  }
}

interface Request {
  readonly id?: string
  readonly callback?: { readonly callbacks: readonly unknown[] }
}

/** An update that is accounted for was reported so many times, or will be. */
async function reported(
  gateway: OpalGateway,
  id: string | undefined,
  then: (reports: number) => Promise<void>,
): Promise<void> {
  const { status } = await gateway.call('GET', `/updates/${id}`)
  if (status === 404) return
  await vi.waitFor(async () => {
    const { body } = await gateway.call('GET', `/updates/${id}`)
    const { sequence } = body as { readonly sequence: number }
    if (sequence === 0) throw new Error('not told yet')
    await then(sequence)
  }, soon)
}

/** OPAL made up another id on each of its clients. */
function withId(body: object, { request }: DataUpdateCase): object {
  return 'id' in request ? body : { ...body, update_id: '<made up>' }
}

function opalsOf(body: object): object {
  const { update_id, reports, policy_hash, user_data } = body as Readonly<Record<string, unknown>>
  return { update_id, reports, policy_hash, user_data }
}

/** Of an answer, what OPAL's has as well; of a refusal, its code. */
function sameMembers(body: unknown, recorded: object): unknown {
  const { code, ...members } = body as Readonly<Record<string, unknown>>
  if (code !== undefined) return { code }
  return Object.fromEntries(Object.entries(members).filter(([name]) => name in recorded))
}

function resultOf(body: unknown): object {
  const { result } = body as { readonly result?: unknown }
  return result === undefined ? {} : { result }
}

/** The whole document holds what was there before. */
function withoutRoot(after: Readonly<Record<string, object>>): Readonly<Record<string, object>> {
  const { '': _, ...others } = after
  return others
}

function sorted<Item extends { readonly path: string; readonly method: string }>(
  items: readonly Item[],
): readonly Item[] {
  const nameOf = ({ path, method }: Item): string => `${path} ${method}`
  return items.toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)))
}
