import { vi } from 'vitest'

import type { Replayed } from '../recorded.ts'
import { recordedPolicies, startOpalGateway } from './gateway.ts'
import type { OpalGateway } from './gateway.ts'
import { isOfPolicy } from './peer.ts'
import type { Peer } from './peer.ts'
import { probesOf } from './recording.ts'
import type { Recording } from './recording.ts'

const soon = { timeout: 30_000, interval: 10 }

interface Reported {
  readonly reports: readonly { readonly entry: { readonly topics: unknown } }[]
}

interface World {
  readonly gateway: OpalGateway
  readonly peer: Peer
  readonly recording: Recording
}

/** What OPAL's client did on the side of its callbacks, asked of a gateway. */
export async function replayCallbacks(
  recording: Recording,
  peer: Peer,
): Promise<readonly Replayed[]> {
  await using gateway = await startOpalGateway({
    policies: recordedPolicies,
    environment: {
      VEDETTE_REPORT_DISCLOSES: 'config,data',
      OPAL_DEFAULT_UPDATE_CALLBACKS: peer.ours('{"callbacks":["http://127.0.0.1:17777/cb"]}'),
    },
  })
  const world = { gateway, peer, recording }
  return [
    await startup(world),
    ...(await policies(world)),
    await oneTimeTuple(world),
    await parentAndChild(world),
    await register(world),
    ...(await bursts(world)),
  ]
}

async function postsFrom(peer: Peer, from: number, count: number): Promise<Peer['posts']> {
  await vi.waitFor(() => {
    if (peer.posts.length < from + count) throw new Error('not called back')
  }, soon)
  return peer.posts.slice(from)
}

async function put({ gateway }: World, update: object): Promise<void> {
  const { status } = await gateway.call('POST', '/data/config', update)
  if (status !== 200) throw new Error(`answered ${status}`)
}

/** The first policies and the first data come at once. */
async function startup(world: World): Promise<Replayed> {
  await put(world, { entries: [{ url: '', dst_path: '/first', data: 1 }] })
  await vi.waitFor(() => {
    if (new Set(world.peer.posts.map(isOfPolicy)).size < 2) throw new Error('not called back')
  }, soon)
  const { posts } = world.peer
  return {
    label: 'startup_callbacks_observed_race',
    recorded: { 'reports of a policy': 1, 'reports of data': 0 },
    said: {
      'reports of a policy': Math.min(posts.filter(isOfPolicy).length, 1),
      'reports of data': posts.filter((post) => !isOfPolicy(post)).length,
    },
  }
}

/** What was written to the repository; what OPAL does not track is followed by data, which is told after it. */
const commits: Readonly<Record<string, readonly [file: string, source: string]>> = {
  policy_add_file: ['extra/y.rego', 'package extra\n\nx := 1\n'],
  policy_broken_rego: ['extra/y.rego', 'package extra\n\nx :=\n'],
  policy_fixed: ['extra/y.rego', 'package extra\n\nx := 3\n'],
  policy_untracked_file_only: ['extra/README.txt', 'words'],
}

async function policies(world: World): Promise<readonly Replayed[]> {
  const { gateway, peer, recording } = world
  const replayed: Replayed[] = []
  for (const each of recording.policy_and_engine_cases) {
    const [file, source] = commits[each.case] ?? []
    if (file === undefined || source === undefined) continue
    const from = peer.posts.length
    await gateway.writePolicy(file, source)
    if (each.case === 'policy_untracked_file_only') await put(world, { entries: [] })
    const posts = await postsFrom(peer, from, 1)
    replayed.push({
      label: each.case,
      recorded: {
        reports: each.callbacks.filter(({ path }) => path === '/cb').length,
        ...probesOf(each),
      },
      said: { reports: posts.filter(isOfPolicy).length, ...(await gateway.probes()) },
    })
  }
  return replayed
}

async function oneTimeTuple(world: World): Promise<Replayed> {
  const { peer, recording } = world
  const { request_callback: item, observed } = recording.one_time_callback_tuple_without_method
  const callbacks = [JSON.parse(peer.ours(JSON.stringify(item))) as unknown]
  const from = peer.posts.length
  await put(world, { entries: [{ url: '', dst_path: '/t', data: 1 }], callback: { callbacks } })
  const post = (await postsFrom(peer, from, 2)).find(({ path }) => path === '/cb_once')
  return {
    label: 'one_time_callback_tuple_without_method',
    recorded: { method: observed.method, type: observed.content_type },
    said: { method: post?.method, type: post?.type },
  }
}

async function parentAndChild(world: World): Promise<Replayed> {
  const { peer, recording } = world
  const recorded = recording.duplicate_delivery_parent_and_child_topic
  const from = peer.posts.length
  const entry = { url: '', topics: [recorded.published_topic], dst_path: '/dup', data: 1 }
  await put(world, { entries: [entry] })
  await put(world, { id: 'after', entries: [] })
  const posts = await postsFrom(peer, from, 2)
  const reported = posts.filter(({ body }) => (body as { update_id: string }).update_id !== 'after')
  const { reports } = (reported[0]?.body ?? { reports: [] }) as Reported
  return {
    label: 'duplicate_delivery_parent_and_child_topic',
    recorded: {
      reports: recorded.callback_posts_per_url_for_one_update,
      topics: recorded.entry_topics_in_report,
    },
    said: { reports: reported.length, topics: reports[0]?.entry.topics },
  }
}

/** The key is made of the URL, which is another one here. */
async function register({ gateway, peer, recording }: World): Promise<Replayed> {
  const { body } = await gateway.call('GET', '/callbacks')
  const entries = JSON.parse(peer.theirs(JSON.stringify(body))) as { key: string }[]
  return {
    label: 'get_callbacks_client_api',
    recorded: recording.get_callbacks_client_api.map((entry) => ({ ...entry, key: 64 })),
    said: entries.map(({ key, ...entry }) => ({ ...entry, key: key.length })),
  }
}

async function bursts(world: World): Promise<readonly Replayed[]> {
  const replayed: Replayed[] = []
  for (const [index, burst] of world.recording.burst_callback_loss.entries()) {
    const { n, callbacks_total: reports, distinct_ids_reported: updates } = burst
    const from = world.peer.posts.length
    const numbers = Array.from({ length: n }, (_, each) => each)
    const ofOne = (each: number): object => ({
      id: `burst-${index}-${each}`,
      entries: [{ url: '', dst_path: `/burst/b${index === 0 ? 0 : each}`, data: each }],
    })
    await Promise.all(numbers.map((each) => put(world, ofOne(each))))
    const posts = await postsFrom(world.peer, from, n)
    const ids = new Set(posts.map(({ body }) => (body as { update_id: string }).update_id))
    replayed.push({
      label: `burst_callback_loss ${index + 1}`,
      recorded: { reports, updates },
      said: { reports: posts.length, updates: ids.size },
    })
  }
  return replayed
}
