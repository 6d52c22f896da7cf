import type { Said } from '../recorded.ts'

/** One recorded exchange with OPAL that goes otherwise here, and why. docs/opal.md has the same table for people. */
interface Difference {
  /** Of the recording. */
  readonly label: string
  readonly reason: string
  /** What is said instead, by dotted path into what was recorded. */
  readonly said: Said
}

const unavailable = [503, { status: 'unavailable' }]

/** Said to whoever asked for the update, instead of a yes before anything was done. */
function refused(status: number, code: string): Said {
  return { status, body: { code }, healthy: unavailable }
}

/** Said in the reports, to both of those who are told. */
function reported(path: string, value: unknown): Said {
  return { [`posts.0.body.${path}`]: value, [`posts.1.body.${path}`]: value }
}

function postsOf(body: object): Said {
  const post = { method: 'POST', type: 'application/json' }
  return {
    posts: [
      { path: '/cb', ...post, token: undefined, body },
      { path: '/cb_tuple', ...post, token: 'token', body },
    ],
  }
}

/** Said in `system.opal`. */
function done(...actions: readonly string[]): object {
  return { actions, type: 'data', success: true }
}

const nothingIn = (id: string): object => ({
  update_id: id,
  reports: [],
  policy_hash: null,
  user_data: {},
})

const notFetched =
  'the answer, not a silence of ten seconds, says that it failed, and healthy says so too'
const ownedByPolicy = 'refused when it is asked for; OPAL accepts it, and reports two seconds later'
const rootIsRefused = 'the root is more than data: a write over everything is refused'
const nullsKept = 'nulls are data, and stay'

const alice = { role: 'admin', b: null, z: [1, null, { q: null }], é: 'ü' }

export const differences: readonly Difference[] = [
  { label: 'inline_put_ok', reason: nullsKept, said: { 'after./users.result.alice': alice } },
  {
    label: 'inline_put_no_leading_slash',
    reason: nullsKept,
    said: { 'after./users.result.alice': alice },
  },
  {
    label: 'inline_list_of_patchlike_objects',
    reason: 'a list that looks like a patch is a list: its members stay, and are hashed',
    said: {
      ...reported('reports.0.entry.data', [{ op: 'a', path: '/b', extra: 1 }]),
      ...reported(
        'reports.0.hash',
        'e0459e0ce8c680a8b662d9dc7a80595452237386c7fc3fc8db82371b8b50778f',
      ),
      'after./lst2.result': [{ op: 'a', path: '/b', extra: 1 }],
    },
  },
  {
    label: 'patch_move_op',
    reason: 'move is an operation of RFC 6902',
    said: {
      ...reported('reports.0.saved', true),
      'transaction.success': true,
      'after./users.result': { bob: { role: 'y' }, dave: { r: 1 } },
    },
  },
  {
    label: 'patch_root_empty_dst',
    reason: 'an empty dst_path is the root, for a patch as well',
    said: {
      ...reported('reports.0.saved', true),
      'transaction.success': true,
      'after./rooted': { result: 1 },
    },
  },
  {
    label: 'patch_missing_target',
    reason: 'refused when it is asked for, and healthy says that the last update failed',
    said: refused(400, 'ERR_NOT_FOUND'),
  },
  {
    label: 'multi_entry_one_bad',
    reason: 'an update is saved as a whole or not at all; `"atomic": false` is OPAL’s way',
    said: {
      ...refused(502, 'ERR_FETCH'),
      ...reported('reports.0.saved', false),
      ...reported('reports.2.saved', false),
      'after./m1': {},
      'after./m3': {},
    },
  },
  {
    label: 'topic_mismatch',
    reason: 'an update that concerns nobody is accounted for as well; its answer says `skipped`',
    said: { ...postsOf(nothingIn('c8f49410dfdf42bbb0e47106d08fc554')), transaction: done() },
  },
  {
    label: 'empty_entries',
    reason: 'an update without entries is accounted for as well',
    said: { ...postsOf(nothingIn('c82b71e012104d8b8ca5501664aaf122')), transaction: done() },
  },
  { label: 'fetch_conn_refused', reason: notFetched, said: refused(502, 'ERR_FETCH') },
  { label: 'fetch_404', reason: notFetched, said: refused(502, 'ERR_FETCH') },
  { label: 'fetch_not_json', reason: notFetched, said: refused(502, 'ERR_FETCH') },
  { label: 'fetch_process_data_false_500', reason: notFetched, said: refused(502, 'ERR_FETCH') },
  {
    label: 'fetch_json_null',
    reason: nullsKept,
    said: {
      transaction: done('set_policy_data'),
      ...reported('reports.0.fetched', true),
      ...reported('reports.0.saved', true),
      ...reported(
        'reports.0.hash',
        '74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b',
      ),
    },
  },
  {
    label: 'put_into_policy_namespace',
    reason: ownedByPolicy,
    said: refused(400, 'ERR_RESERVED_PATH'),
  },
  { label: 'put_into_rule_path', reason: ownedByPolicy, said: refused(400, 'ERR_RESERVED_PATH') },
  {
    label: 'save_method_DELETE_no_data',
    reason: 'DELETE deletes; OPAL’s client drops the update without a word',
    said: {
      transaction: done('delete_policy_data'),
      ...postsOf({
        update_id: 'd142a86d90794407958cb74dd816cb1a',
        reports: [
          {
            entry: {
              url: 'http://127.0.0.1:17777/ok',
              config: null,
              topics: ['policy_data'],
              dst_path: '/users',
              save_method: 'DELETE',
            },
            fetched: true,
            saved: true,
            hash: null,
          },
        ],
        policy_hash: null,
        user_data: {},
      }),
      'after./users': {},
    },
  },
  ...['put_root', 'put_root_list'].map((label) => ({
    label,
    reason: rootIsRefused,
    said: {
      ...refused(400, 'ERR_RESERVED_PATH'),
      ...reported('reports.0.saved', false),
      'transaction.success': false,
    },
  })),
  {
    label: '{"entries":[{"url":"","dst_path":"/a","save_method":"DELETE","data":{"x":1}}]}',
    reason: 'DELETE is a save method',
    said: { status: 200 },
  },
  {
    label:
      '{"entries":[{"url":"","dst_path":"/a","save_method":"PATCH","data":[{"op":"frobnicate","path":"/x"}]}]}',
    reason: 'what is no operation of RFC 6902 is refused when it is asked for',
    said: { status: 422 },
  },
  {
    label: '{"entries":[{"url":"","dst_path":"/a","data":"str"}]}',
    reason: 'any JSON is data',
    said: { status: 200 },
  },
  {
    label:
      '{"entries":[{"url":"","dst_path":"/a","data":{}}],"callback":{"callbacks":[["http://x/z"]]}}',
    reason: 'the spelling of OPAL’s own tutorial is understood',
    said: { status: 200 },
  },
  {
    label: 'after_one_unrelated_successful_update_ready_flips',
    reason: 'ready waits for every configured source',
    said: { healthy: unavailable, ready: unavailable },
  },
  {
    label: 'policy_updater_disabled',
    reason: 'who is not to wait for policies is ready without',
    said: { ready: [200, { status: 'ok' }] },
  },
  {
    label: 'startup_callbacks_observed_race',
    reason: 'reports never take each other’s place',
    said: { 'reports of data': 1 },
  },
  {
    label: 'policy_broken_rego',
    reason: 'a failed policy update is reported, and healthy says so',
    said: { reports: 1, healthy: unavailable },
  },
  {
    label: 'one_time_callback_tuple_without_method',
    reason: 'a pair without `method` is a POST of JSON',
    said: { method: 'POST', type: 'application/json' },
  },
  {
    label: 'duplicate_delivery_parent_and_child_topic',
    reason: 'a parent and a child topic deliver once',
    said: { reports: 1 },
  },
  {
    label: 'get_callbacks_client_api',
    reason: 'the list shows no report',
    said: { '0.config.data': null },
  },
  ...[50, 200].map((updates, index) => ({
    label: `burst_callback_loss ${index + 2}`,
    reason: 'every update is reported',
    said: { updates },
  })),
]

/** Parts of the recording that no exchange here answers to, and what there is in their place. */
export const elsewhere: Readonly<Record<string, string>> = {
  inline_opa_killed_and_restarted:
    'the engine is part of the process: it has no restart of its own',
  external_opa_killed: 'the engine is part of the process: it is never empty, nor away',
  policy_rename_and_delete_data: 'policies come from a PAP or a folder, as a whole',
  server_down_11s:
    'nothing pushed is lost by a reconnect or restart (`test/e2e/durability.test.ts`)',
  static_policy_data_wiped_on_start: 'initial sources never wipe what is there',
  periodic_entry_report: 'a source that says nothing new is no update, and is not reported',
  offline_backup_file: 'the store is the backup: a gateway without its peers decides at once',
  statistics: '`GET /fleet` and `/metrics`',
  pubsub_client_info: '`GET /fleet`',
  websocket_frames: 'replicas have a protocol of their own; OPAL’s client is no replica',
  stalled_subscriber: 'one that stalls delays nobody (`gateway/src/distribution`)',
  secure_mode: 'one bearer token, `VEDETTE_TOKEN`, and 401 without it',
  rejected_token_reconnect_loop: 'refused connections are dialled again with a back-off',
  secured_server_default_callback: 'a callback’s headers are configured; there is none by default',
  webhook: 'policies come from a PAP, or from a folder; there is no git',
  policy_endpoint: 'policies come from a PAP, or from a folder; there is no git',
  measurements: '`docs/benchmarks.md`',
  measurements_earlier_ms: '`docs/benchmarks.md`',
}
