import type { Builtin, BuiltinModule } from './builtin.ts'

/** Builtins by name. */
export type Builtins = ReadonlyMap<string, Builtin>

type Group = { readonly names: readonly string[]; readonly load: () => Promise<BuiltinModule> }

/** Every builtin there is, in groups that are loaded when a policy calls one of them. */
const groups: readonly Group[] = [
  {
    names: [
      'base64url.encode_no_pad',
      'graph.reachable_paths',
      'hex.decode',
      'hex.encode',
      'indexof_n',
      'json.patch',
      'net.cidr_contains_matches',
      'net.cidr_expand',
      'net.cidr_is_valid',
      'net.cidr_merge',
      'numbers.range_step',
      'object.subset',
      'rand.intn',
      'semver.compare',
      'semver.is_valid',
      'sprintf',
      'strings.any_prefix_match',
      'strings.any_suffix_match',
      'strings.count',
      'strings.split_n',
      'time.add_date',
      'time.clock',
      'time.date',
      'time.diff',
      'time.now_ns',
      'time.parse_duration_ns',
      'time.parse_rfc3339_ns',
      'time.weekday',
      'trace',
      'units.parse',
      'units.parse_bytes',
      'urlquery.decode',
      'urlquery.decode_object',
      'urlquery.encode',
      'urlquery.encode_object',
      'uuid.parse',
      'uuid.rfc4122',
    ],
    load: () => import('./host.ts'),
  },
]

export const builtinNames: readonly string[] = groups.flatMap(({ names }) => names)

/** Gets builtins ready to be called; names that no group has are left out. Default: all there are. */
export async function loadBuiltins(names: readonly string[] = builtinNames): Promise<Builtins> {
  const wanted = new Set(names)
  const needed = groups.filter((group) => group.names.some((name) => wanted.has(name)))
  const modules = await Promise.all(needed.map((group) => group.load()))
  return new Map(modules.flatMap(({ builtins }) => Object.entries(builtins)))
}
