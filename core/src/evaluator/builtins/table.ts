import type { Builtin, BuiltinModule } from './builtin.ts'

/** Builtins by name. */
export type Builtins = ReadonlyMap<string, Builtin>

type Group = { readonly names: readonly string[]; readonly load: () => Promise<BuiltinModule> }

/** Every builtin there is, in groups that are loaded when a policy calls one of them. */
const groups: readonly Group[] = [
  {
    names: namesIn(`
      assign cast_array cast_boolean cast_null cast_object cast_set cast_string eq equal gt gte
      is_array is_boolean is_null is_number is_object is_set is_string lt lte neq type_name`),
    load: () => import('./values/index.ts'),
  },
  {
    names: namesIn(`
      all and any array.concat array.flatten array.reverse array.slice count internal.member_2
      internal.member_3 intersection max min or set_diff sort union`),
    load: () => import('./collections/index.ts'),
  },
  {
    names: namesIn(`
      abs bits.and bits.lsh bits.negate bits.or bits.rsh bits.xor ceil div floor format_int minus
      mul plus product rem round sum to_number`),
    load: () => import('./arithmetic/index.ts'),
  },
  {
    names: namesIn(`
      concat contains endswith indexof indexof_n internal.template_string lower replace split
      sprintf startswith strings.any_prefix_match strings.any_suffix_match strings.count
      strings.replace_n strings.reverse strings.split_n substring trace trim trim_left trim_prefix
      trim_right trim_space trim_suffix upper`),
    load: () => import('./strings/index.ts'),
  },
  {
    names: namesIn(`
      base64.decode base64.encode base64.is_valid base64url.decode base64url.encode
      base64url.encode_no_pad hex.decode hex.encode json.is_valid json.marshal
      json.marshal_with_options json.unmarshal urlquery.decode urlquery.decode_object
      urlquery.encode urlquery.encode_object`),
    load: () => import('./encodings/index.ts'),
  },
  {
    names: namesIn(`
      json.filter json.patch json.remove object.filter object.get object.keys object.remove
      object.subset object.union object.union_n walk`),
    load: () => import('./objects/index.ts'),
  },
  {
    names: namesIn('graph.reachable graph.reachable_paths'),
    load: () => import('./graphs/index.ts'),
  },
  {
    names: namesIn(`
      net.cidr_contains net.cidr_contains_matches net.cidr_expand net.cidr_intersects
      net.cidr_is_valid net.cidr_merge net.cidr_overlap uri.is_valid uri.parse`),
    load: () => import('./net/index.ts'),
  },
  {
    names: namesIn('glob.match glob.quote_meta'),
    load: () => import('./globs/index.ts'),
  },
  {
    names: namesIn('rand.intn semver.compare semver.is_valid uuid.parse uuid.rfc4122'),
    load: () => import('./identifiers/index.ts'),
  },
  {
    names: namesIn('numbers.range numbers.range_step units.parse units.parse_bytes'),
    load: () => import('./quantities/index.ts'),
  },
  {
    names: namesIn('time.now_ns time.parse_duration_ns time.parse_ns time.parse_rfc3339_ns'),
    load: () => import('./time/index.ts'),
  },
  {
    names: namesIn('time.add_date time.clock time.date time.diff time.format time.weekday'),
    load: () => import('./time/dates.ts'),
  },
  {
    names: namesIn(`
      re_match regex.find_all_string_submatch_n regex.find_n regex.globs_match regex.is_valid regex.match
      regex.replace regex.split regex.template_match`),
    load: () => import('./regex/index.ts'),
  },
  {
    names: namesIn('strings.render_template'),
    load: () => import('./templates/index.ts'),
  },
  {
    names: namesIn(`
      crypto.hmac.equal crypto.hmac.md5 crypto.hmac.sha1 crypto.hmac.sha256 crypto.hmac.sha512
      crypto.md5 crypto.sha1 crypto.sha256`),
    load: () => import('./crypto/index.ts'),
  },
  {
    names: namesIn(`
      io.jwt.decode io.jwt.decode_verify io.jwt.encode_sign io.jwt.encode_sign_raw
      io.jwt.verify_eddsa io.jwt.verify_es256 io.jwt.verify_es384 io.jwt.verify_es512
      io.jwt.verify_hs256 io.jwt.verify_hs384 io.jwt.verify_hs512 io.jwt.verify_ps256
      io.jwt.verify_ps384 io.jwt.verify_ps512 io.jwt.verify_rs256 io.jwt.verify_rs384
      io.jwt.verify_rs512`),
    load: () => import('./jwt/index.ts'),
  },
  {
    names: namesIn(`
      graphql.is_valid graphql.parse graphql.parse_and_verify graphql.parse_query
      graphql.parse_schema graphql.schema_is_valid`),
    load: () => import('./graphql/index.ts'),
  },
  {
    names: namesIn('providers.aws.sign_req'),
    load: () => import('./aws/index.ts'),
  },
  {
    names: namesIn('yaml.is_valid yaml.marshal yaml.unmarshal'),
    load: () => import('./yaml/index.ts'),
  },
  {
    names: namesIn(`
      crypto.parse_private_keys crypto.x509.parse_and_verify_certificates
      crypto.x509.parse_and_verify_certificates_with_options crypto.x509.parse_certificate_request
      crypto.x509.parse_certificates crypto.x509.parse_keypair crypto.x509.parse_rsa_private_key`),
    load: () => import('./x509/index.ts'),
  },
  {
    names: namesIn('json.match_schema json.verify_schema'),
    load: () => import('./schema/index.ts'),
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

function namesIn(list: string): readonly string[] {
  return list.trim().split(/\s+/)
}
